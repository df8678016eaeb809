"""Who contradicts whom: both gateways are asked an operation, and where they differ its plain form.

By the specification both forms have one answer. So a gateway that answers them differently is
wrong, whatever the right answer is; only where both stand by what they said must a person judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graphql import GraphQLSchema

from tests.conformance.peers.comparing import Reply, Side, ask_both, differences
from tests.testkit.generator import Generated
from tests.testkit.plain_form import original_key, original_keys, plain_form
from tests.testkit.shrinking import shrink


class Verdict(StrEnum):
    """What came of one operation."""

    SAME = "same"
    REFUSED = "refused by a limit of ours"
    UNSTEADY = "our own answer moved meanwhile"
    PEER_CONTRADICTS_ITSELF = "the peer answers the plain form as we do"
    WE_CONTRADICT_OURSELVES = "we answer the plain form otherwise"
    DIFFERENT = "different"

    @property
    def is_open(self) -> bool:
        """Whether somebody must look at it."""
        return self in (Verdict.WE_CONTRADICT_OURSELVES, Verdict.DIFFERENT)


@dataclass(frozen=True, slots=True)
class Judged:
    """An operation, what both answered, and what to think of it."""

    verdict: Verdict
    kinds: tuple[str, ...]
    generated: Generated
    ours: Reply
    theirs: Reply


async def judge(ours: Side, theirs: Side, generated: Generated, schema: GraphQLSchema) -> Judged:
    """Ask both, and the plain form where they differ."""
    answers = await ask_both(ours, theirs, generated)
    kinds = tuple(differences(*answers))
    return Judged(
        await _verdict(ours, theirs, generated, schema, answers), kinds, generated, *answers
    )


async def _verdict(
    ours: Side,
    theirs: Side,
    generated: Generated,
    schema: GraphQLSchema,
    answers: tuple[Reply, Reply],
) -> Verdict:
    if not differences(*answers):
        return Verdict.SAME
    if answers[0].refused:
        return Verdict.REFUSED
    plain = plain_form(generated, schema)
    own, other = map(_original, await ask_both(ours, theirs, plain))
    again = await ours.ask(generated)
    if differences(again, answers[0]):
        return Verdict.UNSTEADY
    if differences(own, answers[0]) and not own.refused:
        return Verdict.WE_CONTRADICT_OURSELVES
    if not differences(answers[0], other):
        return Verdict.PEER_CONTRADICTS_ITSELF
    return Verdict.DIFFERENT


async def smallest(ours: Side, theirs: Side, found: Judged, schema: GraphQLSchema) -> Judged:
    """The same finding with a smaller operation."""

    async def fails(candidate: Generated) -> bool:
        judged = await judge(ours, theirs, candidate, schema)
        return (judged.verdict, judged.kinds) == (found.verdict, found.kinds)

    small = await shrink(found.generated, schema, fails, attempts=120)
    return await judge(ours, theirs, small, schema)


def _original(reply: Reply) -> Reply:
    """An answer to the plain form, in the keys of the original."""
    paths = frozenset((tuple(map(original_key, path)), code) for path, code in reply.errors)
    return Reply.of(original_keys(reply.tree), paths)
