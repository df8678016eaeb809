"""Changing schedules."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from catalog_service.api.context import ADMIN, PARTNER, Info
from catalog_service.api.own_images import use_stored_urls
from catalog_service.api.pages import Id, Key
from catalog_service.api.types.schedule import Schedule
from catalog_service.schemas.schedules import CreateScheduleInput, UpdateScheduleInput
from catalog_service.services.change_schedule import (
    delete_schedule,
    pause_schedule,
    resume_schedule,
    update_schedule,
)
from catalog_service.services.create_schedule import create_schedule
from catalog_service.services.skip_day import skip_day, unskip_day
from shared.graphql.fields import mutation

NewSchedule = Annotated[
    CreateScheduleInput, strawberry.argument(name="input", description="The new schedule.")
]
ScheduleChanges = Annotated[
    UpdateScheduleInput, strawberry.argument(name="input", description="What changes.")
]
Day = Annotated[date, strawberry.argument(description="The day, in the place's time zone.")]


@strawberry.type
class ScheduleMutations:
    """Root fields about schedules."""

    @mutation(
        "Have offers publish themselves, each day of the week that is named; for a place's owners "
        "and managers with a verified address. Errors: UNAUTHENTICATED, FORBIDDEN, "
        "EMAIL_NOT_VERIFIED, NOT_FOUND, BAD_USER_INPUT, LIMIT_REACHED, CONFLICT (the key made "
        "something else).",
        authenticated=True,
    )
    async def create_schedule(
        self, info: Info, given: NewSchedule, key: Key = None
    ) -> Schedule | None:
        use_stored_urls(info.context.images, given)
        made = await info.context.write(
            lambda session, actor: create_schedule(
                session, actor, given.place_id, given.details(), key
            ),
            PARTNER,
            ADMIN,
            verified=True,
        )
        return Schedule.of(made)

    @mutation(
        "Change a schedule; for its place's owners and managers with a verified address. Offers "
        "that it published stay as they are. Errors: UNAUTHENTICATED, FORBIDDEN, "
        "EMAIL_NOT_VERIFIED, NOT_FOUND, BAD_USER_INPUT.",
        authenticated=True,
    )
    async def update_schedule(
        self, info: Info, schedule_id: Id, given: ScheduleChanges
    ) -> Schedule | None:
        use_stored_urls(info.context.images, given)
        after = await info.context.write(
            lambda session, actor: update_schedule(session, actor, schedule_id, given.revise),
            PARTNER,
            ADMIN,
            verified=True,
        )
        return Schedule.of(after)

    @mutation(
        "Have a schedule publish nothing until it is resumed; for its place's owners and managers. "
        "Again changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.",
        authenticated=True,
    )
    async def pause_schedule(self, info: Info, schedule_id: Id) -> Schedule | None:
        after = await info.context.write(
            lambda session, actor: pause_schedule(session, actor, schedule_id), PARTNER, ADMIN
        )
        return Schedule.of(after)

    @mutation(
        "Have a paused schedule publish again, also what fell into the pause and is not over; for "
        "its place's owners and managers with a verified address. Again changes nothing. Errors: "
        "UNAUTHENTICATED, FORBIDDEN, EMAIL_NOT_VERIFIED, NOT_FOUND.",
        authenticated=True,
    )
    async def resume_schedule(self, info: Info, schedule_id: Id) -> Schedule | None:
        after = await info.context.write(
            lambda session, actor: resume_schedule(session, actor, schedule_id),
            PARTNER,
            ADMIN,
            verified=True,
        )
        return Schedule.of(after)

    @mutation(
        "Leave out one day of a schedule; for its place's owners and managers. Again changes "
        "nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT (NOT_SCHEDULED, "
        "IN_THE_PAST), CONFLICT (published already, `offerId`).",
        authenticated=True,
    )
    async def skip_day(self, info: Info, schedule_id: Id, day: Day) -> Schedule | None:
        after = await info.context.write(
            lambda session, actor: skip_day(session, actor, schedule_id, day), PARTNER, ADMIN
        )
        return Schedule.of(after)

    @mutation(
        "Take in again a day that was left out; for the place's owners and managers. Again changes "
        "nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.",
        authenticated=True,
    )
    async def unskip_day(self, info: Info, schedule_id: Id, day: Day) -> Schedule | None:
        after = await info.context.write(
            lambda session, actor: unskip_day(session, actor, schedule_id, day), PARTNER, ADMIN
        )
        return Schedule.of(after)

    @mutation(
        "End a schedule; for its place's owners and managers. Its offers stay. Answers its id; "
        "again changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.",
        authenticated=True,
    )
    async def delete_schedule(self, info: Info, schedule_id: Id) -> UUID | None:
        return await info.context.write(
            lambda session, actor: delete_schedule(session, actor, schedule_id), PARTNER, ADMIN
        )
