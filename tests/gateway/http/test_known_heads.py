"""A head like the last one of its connection is not parsed again, and means the same."""

from __future__ import annotations

import asyncio
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.http.connections import QUERY, Connection, request, without_id
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.gateway.security.tokens import SETTINGS, bearer
from tests.testkit.gateway import RunningGateway, running_gateway


class Unfed:
    """Stands for a parser that must not be asked."""

    def feed_data(self, _data: bytes) -> None:
        raise AssertionError("the parser was asked")


async def test_a_head_like_the_last_one_passes_the_parser_by(gateway: RunningGateway) -> None:
    connection = Connection(gateway)
    sent = request(x_request_id="a-1", accept="*/*", user_agent="test")
    whole = [without_id(await connection.ask(sent)) for _ in range(2)][1]
    parser = connection.protocol.parser
    connection.protocol.parser = Unfed()  # type: ignore[assignment]
    assert without_id(await connection.ask(sent.replace(b"a-1", b"b-22"))) == whole
    spaced = json.dumps(QUERY, indent=1).encode()
    connection.protocol.parser = parser
    await connection.ask(request(spaced, x_request_id="c", accept="*/*", user_agent="test"))
    connection.protocol.parser = Unfed()  # type: ignore[assignment]
    longer = request(spaced, x_request_id="d", accept="*/*", user_agent="test")
    assert without_id(await connection.ask(longer)) == whole
    connection.protocol.parser = parser  # which stands where it stood
    assert without_id(await connection.ask(sent[:50], sent[50:])) == whole


async def test_a_head_is_one_callers_as_long_as_its_token_is_good(shop: Shop) -> None:
    async with running_gateway(SUPERGRAPH, shop.subgraphs, **SETTINGS) as gateway:
        connection, seen = Connection(gateway), []
        mine, other = request(**bearer()), request(**bearer(sub="another"))
        # Another's token is the same but for a few letters.
        for sent in (request(), mine, mine, mine, other, mine):
            await connection.ask(sent)
            seen.append(connection.went_straight)
        assert seen == [True, False, True, True, False, True]
        gateway.app.state.straight.contexts.callers.authenticator._verdicts.clear()
        answer = await connection.ask(mine)
        assert (answer[9:12], connection.went_straight) == (b"200", False)


async def settled(connection: Connection) -> tuple[bytes, bool]:
    """Wait until what came is answered, or cannot be; return what was written, and if it closed.

    A body that is longer than what came is waited for a moment: none may be answered.
    """
    turns = 0
    async with asyncio.timeout(60):
        while (cycle := connection.protocol.cycle) is not None and not cycle.response_complete:
            if getattr(cycle, "more_body", False) and (turns := turns + 1) > 200:
                break
            await asyncio.sleep(0.001)
    await asyncio.sleep(0)  # writes go out at the end of a turn
    return without_id(connection.transport.written), connection.transport.is_closed


KNOWN = request(x_request_id="7f-3a", accept="*/*", authorization="")
EDITS = st.lists(
    st.tuples(
        st.integers(0, len(KNOWN)),
        st.integers(0, 3),
        st.one_of(
            st.binary(max_size=3),
            st.sampled_from([b"\r\n", b"\n", b": ", b"\r\nX: y", b"\r\nOrigin: null", b"1", b"-"]),
        ),
    ),
    min_size=1,
    max_size=2,
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(EDITS)
async def test_nothing_is_taken_for_a_known_head_that_is_another(
    gateway: RunningGateway, edits: list[tuple[int, int, bytes]]
) -> None:
    data = KNOWN
    for at, dropped, added in edits:
        data = data[:at] + added + data[at + dropped :]
    general, straight = Connection(gateway, straight=False), Connection(gateway)
    for connection in (general, straight):
        for _ in range(2):
            await connection.ask(KNOWN)
        connection.protocol.data_received(data)
    assert await settled(straight) == await settled(general)
