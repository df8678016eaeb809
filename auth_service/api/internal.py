"""The internal doors: what the catalog asks of accounts, and what it wants written to people."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth_service.core.letters import LETTERS
from auth_service.domain.audit import AuditEntry
from auth_service.domain.outbox import OutboxKind
from auth_service.repository.audit import take_over
from auth_service.repository.invitations import invitations_of
from auth_service.repository.outbox import OUTBOX
from auth_service.repository.users import users_by_id
from auth_service.services.request_letter import request_letter
from auth_service.services.take_invitation import Invitation, take_invitation
from shared.database import Database
from shared.errors import ClientError
from shared.http.internal import Refused, read_internal, refusal

MAX_BYTES = 20_000
MOST_IDS = 100

log = structlog.get_logger(__name__)


class Question(BaseModel):
    """``{"ids": [UUID, …]}``: of whom the standing is asked, at most 100."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ids: tuple[UUID, ...] = Field(max_length=MOST_IDS)


class MailRequested(BaseModel):
    """An event: ``letter`` names what is written, ``facts`` what stands in it.

    ``notAfter``: later than that nobody needs it, and it is not sent.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    type: Literal["mail.requested"]
    user_id: UUID = Field(alias="userId")
    letter: str = Field(max_length=100)
    facts: dict[str, str | int | None] = Field(max_length=50)
    occurred_at: AwareDatetime = Field(alias="occurredAt")
    not_after: AwareDatetime | None = Field(None, alias="notAfter")


class MailWithdrawn(BaseModel):
    """An event: the mail that the event ``mailId`` asked for is not wanted any more."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    type: Literal["mail.withdrawn"]
    mail_id: UUID = Field(alias="mailId")
    occurred_at: AwareDatetime = Field(alias="occurredAt")


class AuditRecorded(BaseModel):
    """An event: another service did something that the audit log tells."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    type: Literal["audit.recorded"]
    service: str = Field(max_length=50)
    action: str = Field(max_length=100)
    actor_id: UUID | None = Field(alias="actorId")
    target_type: str = Field(alias="targetType", max_length=50)
    target_id: UUID | None = Field(alias="targetId")
    reason: str | None = Field(max_length=2000)
    details: dict[str, str] = Field(max_length=20)
    occurred_at: AwareDatetime = Field(alias="occurredAt")

    def entry(self) -> AuditEntry:
        """As the log keeps it."""
        return AuditEntry(
            self.id,
            self.service,
            self.action,
            self.actor_id,
            self.target_type,
            self.target_id,
            self.reason,
            self.details,
            self.occurred_at,
        )


class PartnerInvited(BaseModel):
    """An event: somebody is invited into a place by mail. ``token``: what its link carries."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    type: Literal["partner.invited"]
    invitation_id: UUID = Field(alias="invitationId")
    email: str = Field(max_length=1000)
    inviter_id: UUID = Field(alias="inviterId")
    token: str = Field(max_length=200, repr=False)
    place: str = Field(max_length=200)
    address: str = Field(max_length=500)
    role: str = Field(max_length=20)
    expires_at: AwareDatetime = Field(alias="expiresAt")

    def invitation(self) -> Invitation:
        """As the service takes it."""
        return Invitation(
            id=self.invitation_id,
            email=self.email,
            inviter_id=self.inviter_id,
            token=self.token,
            place=self.place,
            address=self.address,
            role=self.role,
            expires_at=self.expires_at,
        )


class Invited(BaseModel):
    """``{"userId": UUID}``: whose invitations are asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: UUID = Field(alias="userId")


AnyEvent: TypeAlias = MailRequested | MailWithdrawn | AuditRecorded | PartnerInvited
Event: TypeAlias = Annotated[AnyEvent, Field(discriminator="type")]
_QUESTION = TypeAdapter(Question)
_INVITED = TypeAdapter(Invited)
_EVENT: TypeAdapter[AnyEvent] = TypeAdapter(Event)


def internal_routes(database: Database, link_base: str) -> list[Route]:
    """``/internal/standings``, ``/internal/invitations`` and ``/internal/events``."""
    take_event = partial(_take_event, link_base)
    return [
        Route("/internal/standings", _guarded(database, _standings), methods=["POST"]),
        Route("/internal/invitations", _guarded(database, _invitations), methods=["POST"]),
        Route("/internal/events", _guarded(database, take_event), methods=["POST"]),
    ]


Answer = Callable[[Database, Request], Awaitable[Response]]


def _guarded(database: Database, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(database, request)
        except Refused as refused:
            return refused.response
        except ClientError as error:
            return refusal(error)

    return endpoint


async def _standings(database: Database, request: Request) -> Response:
    """200 with those of the accounts that exist; whoever is missing does not."""
    question = await read_internal(request, _QUESTION, MAX_BYTES)
    async with database.read() as connection:
        found = await users_by_id(connection, question.ids)
    told: list[dict[str, Any]] = [
        {
            "userId": str(user.id),
            "version": user.standing_version,
            "role": user.role.value,
            "isVerified": user.is_verified,
            "displayName": user.display_name,
            "isSuspended": user.is_suspended,
            "isApproved": user.is_approved,
            "leastTokenVersion": user.least_token_version,
        }
        for user in found.values()
    ]
    return JSONResponse({"standings": told})


async def _invitations(database: Database, request: Request) -> Response:
    """200 with the ids of what was made to the account's verified address and is not over."""
    asked = await read_internal(request, _INVITED, MAX_BYTES)
    async with database.read() as connection:
        found = await invitations_of(connection, asked.user_id)
    return JSONResponse({"ids": [str(each) for each in found]})


async def _take_event(link_base: str, database: Database, request: Request) -> Response:
    """204 once the mail is in the outbox, however often the event is delivered.

    400 for what is no event known here, and for a letter that lacks facts.
    """
    event = await read_internal(request, _EVENT, MAX_BYTES)
    if isinstance(event, AuditRecorded):
        await database.write(lambda session: take_over(session, event.entry()))
        return Response(status_code=204)
    if isinstance(event, MailWithdrawn):
        await database.write(lambda session: OUTBOX.refuse(session, event.mail_id, OutboxKind.MAIL))
        log.info("mail withdrawn", event_id=str(event.id))
        return Response(status_code=204)
    if isinstance(event, PartnerInvited):
        await take_invitation(database, event.id, event.invitation(), link_base)
        log.info("invitation taken", event_id=str(event.id))
        return Response(status_code=204)
    kind = LETTERS.get(event.letter)
    if kind is None or kind.missing(event.facts):
        raise Refused(400, "BAD_USER_INPUT")
    await request_letter(
        database, event.id, event.user_id, event.letter, event.facts, event.not_after
    )
    log.info("mail requested", event_id=str(event.id), letter=event.letter)
    return Response(status_code=204)
