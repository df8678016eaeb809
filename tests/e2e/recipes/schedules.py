"""Operations on schedules."""

from __future__ import annotations

from tests.e2e.recipes.cast import Cast, Operation, Recipe
from tests.e2e.shop import offer_input

CREATE_SCHEDULE = """mutation($input: CreateScheduleInput!) {
  createSchedule(input: $input) {id}
}"""

MONDAY = 'day: "2083-01-04"'


async def create_schedule(cast: Cast) -> Operation:
    given = offer_input(cast.shop.place_id)
    said = {name: given[name] for name in ("placeId", "title", "price", "originalPrice")}
    when = {"weekdays": ["MONDAY"], "pickupStart": "17:00", "pickupEnd": "18:00"}
    return CREATE_SCHEDULE, {
        "input": {**said, **when, "quantityTotal": 6, "firstDay": "2083-01-04"}
    }


def schedule(kind: str, selection: str) -> Recipe:
    """Something done with a new schedule; none is left over, for a place has fifty at most."""

    async def made(cast: Cast) -> Operation:
        for left in cast.schedules:
            text = "mutation($id: UUID!) {deleteSchedule(id: $id)}"
            await cast.client.run(text, {"id": left}, cast.shop.owner)
        text, variables = await create_schedule(cast)
        answer = await cast.client.run(text, variables, cast.shop.owner)
        cast.schedules[:] = [answer.field("createSchedule", "id")]
        return f"{kind}($id: UUID!) {{{selection}}}", {"id": cast.schedules[0]}

    return made
