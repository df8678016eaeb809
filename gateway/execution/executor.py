"""Runs a plan: each fetch starts when its own dependencies are done.

Deciding is synchronous (``ordering``, ``calls``, ``merge_replies``); what awaits is
``_Run.side_by_side``, and ``in_a_row`` for plans that are a chain. Whatever happens, ``execute``
returns what was gathered: failures and a passed deadline are errors in it. Only cancellation gets
out, after every fetch in flight was cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ParamSpec, TypeVar

import structlog

from gateway.execution.batching import RequestLoaders
from gateway.execution.calls import Call, make_call
from gateway.execution.client_document import PLAIN, ClientDocument
from gateway.execution.errors import ErrorPolicy
from gateway.execution.executable import ExecutableFetch, ExecutablePlan
from gateway.execution.merge_replies import ReplyMerger
from gateway.execution.ordering import startable
from gateway.execution.replies import Response, decode, decoded, raw_answer
from gateway.execution.side_by_side import SideBySide
from gateway.execution.tracing import Tracer
from gateway.operation.condition import ALWAYS
from gateway.operation.model import OperationKind
from gateway.request.context import RequestContext
from gateway.request.full_collections import Pause
from gateway.request.gathered import Gathered, ReplyHeaders
from gateway.request.large_answers import LargeAnswers
from gateway.request.turned_away import RETRY_AFTER
from gateway.subgraphs.protocol import (
    Subgraph,
    SubgraphError,
    SubgraphNotServing,
    SubgraphReply,
    SubgraphRequest,
    SubgraphTimeout,
)
from shared.loop.until import Until

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_DEFAULT_POLICY = ErrorPolicy()


async def execute(
    plan: ExecutablePlan,
    variables: Mapping[str, Any],
    context: RequestContext,
    subgraphs: Subgraph,
    *,
    initial: dict[str, Any] | None = None,
    policy: ErrorPolicy = _DEFAULT_POLICY,
    pass_through: bool = True,
    loaders: RequestLoaders | None = None,
    client: ClientDocument = PLAIN,
    large: LargeAnswers | None = None,
    pause: Pause | None = None,
) -> Gathered:
    """Run all fetches of ``plan`` and return what they gathered.

    ``variables`` are the client's, coerced. ``initial`` is data that is there before the first
    fetch (a subscription's event, introspection). ``subgraphs`` sends a request to the subgraph
    that it names. ``pass_through`` False: decode even what the plan would let pass unparsed.
    ``loaders`` join what the operations of a batch fetch (None: a single operation). ``client``
    is what the request's own document gives to those that are sent. ``large``: beside the loop goes
    what holds it for long. ``pause`` begins once there is much data.
    """
    gathered = Gathered(data={} if initial is None else initial, pause=pause)
    large = large or LargeAnswers()
    run = _Run(plan, variables, context, subgraphs, gathered, policy, loaders, client, large)
    run.passes_through = plan.plan.passthrough and pass_through and not gathered.data
    try:
        with Until(context.deadline):
            await (run.in_a_row() if plan.is_chain else run.side_by_side())
    except TimeoutError:
        await run.at_gathered(run.fail_unfinished)
    if run.tracer is not None:
        gathered.traces = run.tracer.finish()
    return gathered


class _Run:
    """One execution of one plan."""

    def __init__(
        self,
        plan: ExecutablePlan,
        variables: Mapping[str, Any],
        context: RequestContext,
        subgraphs: Subgraph,
        gathered: Gathered,
        policy: ErrorPolicy,
        loaders: RequestLoaders | None,
        client: ClientDocument,
        large: LargeAnswers,
    ) -> None:
        """Only queries share what a batch's loaders fetch: two equal mutations both run."""
        self._plan = plan
        self._variables = variables
        self._client = client
        self._context = context
        self._subgraphs = subgraphs
        self._gathered = gathered
        self._merger = ReplyMerger(gathered, plan.plan.typename_key, context.request_id, policy)
        self._large = large
        self._is_query = plan.plan.kind is OperationKind.QUERY
        self._loaders = loaders if self._is_query else None
        self._done: set[int] = set()
        self._settled: set[int] = set()
        self._calls: dict[int, Call] = {}
        self.passes_through = False
        self.tracer = Tracer(plan) if context.explain else None

    async def in_a_row(self) -> None:
        """Go through fetches of which each waits for the one before, as those of most plans do."""
        for fetch in self._plan.fetches:
            if self._gathered.is_large:
                call = await self.at_gathered(self._begin, fetch)
            else:
                call = self._begin(fetch)
            if call is not None:
                await self._run_call(call)
            self._done.add(fetch.spec.id)

    async def side_by_side(self) -> None:
        """Start what is ready, wait for any to end, until nothing is left."""
        calls = self._ready(self._plan.first)
        under_way: SideBySide[int] = SideBySide()
        try:
            while calls or under_way:
                if len(calls) == 1 and not under_way:  # no task for that
                    ended = [await self._run_call(calls[0])]
                    calls = await self.at_gathered(self._ready_after, ended)
                    continue
                for call in calls:
                    under_way.start(self._run_call(call))
                calls = await self.at_gathered(self._ready_after, await under_way.ended())
        finally:
            if under_way:
                await under_way.cancel()

    async def at_gathered(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do what goes through the gathered data: one at a time and beside the loop if it is large.

        Small data is gone through at once, so that nobody finds it half done.
        """
        if not self._gathered.is_large or self._gathered.raw is not None:
            return work(*args, **named)
        return await self._large.apart(work, *args, **named)

    def fail_unfinished(self) -> None:
        """At the deadline: an error for each fetch that was under way or still had targets."""
        for fetch in self._plan.fetches:
            if fetch.spec.id in self._done | self._settled or not fetch.when.holds(self._variables):
                continue
            begun = self._calls.get(fetch.spec.id)
            call = begun or self._call(fetch)
            if begun is None:
                self._merger.note_absent(call, self._plan.plan.fetches)
            if not call.is_empty:
                late = SubgraphTimeout("the request's deadline passed")
                self._merger.fail(call, late, was_sent=begun is not None)
                if self.tracer is not None:
                    self.tracer.failed(call, SubgraphTimeout.code)

    def _ready_after(self, ended: list[int]) -> list[Call]:
        done = self._done
        done.update(ended)
        dependants = self._plan.dependants
        if len(ended) == 1:
            waiting: Iterable[int] = dependants[ended[0]]
        else:
            waiting = sorted({id_ for each in ended for id_ in dependants[each]})
        return self._ready(startable(self._plan.after, waiting, done)) if waiting else []

    def _ready(self, ids: tuple[int, ...]) -> list[Call]:
        """Return the calls to make now. A fetch with nothing to ask is done at once."""
        calls: list[Call] = []
        while ids:
            skipped: list[int] = []
            for id_ in ids:
                call = self._begin(self._plan.fetches[id_])
                if call is not None:
                    calls.append(call)
                else:
                    skipped.append(id_)
            if not skipped:
                break
            self._done.update(skipped)
            waiting = {id_ for each in skipped for id_ in self._plan.dependants[each]}
            ids = startable(self._plan.after, sorted(waiting), self._done)
        return calls

    def _begin(self, fetch: ExecutableFetch) -> Call | None:
        if fetch.when is not ALWAYS and not fetch.when.holds(self._variables):
            return None
        call = self._call(fetch)
        if call.groups:
            self._merger.note_absent(call, self._plan.plan.fetches)
        return None if call.is_empty else call

    def _call(self, fetch: ExecutableFetch) -> Call:
        call = make_call(fetch, self._gathered.data, self._variables, self._client)
        self._calls[fetch.spec.id] = call
        return call

    async def _run_call(self, call: Call) -> int:
        """Make a call to its end: its answer is merged, or its failure noted. Returns its id."""
        fetch, tracer = call.fetch.spec, self.tracer
        if tracer is not None:
            tracer.started(call)
        try:
            if self._loaders is not None and call.fetch.is_query:
                answer = await self._load(call, self._loaders)
            else:
                reply = await self._subgraphs.send(self._request(call, call.body()))
                self._note(call, reply)
                large = self._gathered.is_large
                answer = await self._read_large(call, reply) if large else self._read(call, reply)
        except SubgraphError as failure:
            log.warning(
                "fetch failed",
                subgraph=fetch.subgraph,
                code=failure.code,
                reason=str(failure),
                request_id=self._context.request_id,
            )
            await self.at_gathered(self._merger.fail, call, failure)
            if tracer is not None:
                tracer.failed(call, failure.code)
        else:
            if isinstance(answer, bytes):
                self._gathered.raw = answer
            elif self._gathered.is_large:
                await self.at_gathered(self._merger.merge, call, answer)
            else:
                self._merger.merge(call, answer)
            if tracer is not None:
                tracer.ended(call)
        self._settled.add(fetch.id)  # not _done yet: the loop that drives says what starts next
        return fetch.id

    async def _load(self, call: Call, loaders: RequestLoaders) -> Response | bytes:
        """Send ``call`` with equal ones of a batch; as ``_read``."""
        note = partial(self._note, call)
        if call.groups:
            return await loaders.entities(call, self._transmit, note, self._large)
        reply = await loaders.identical(call, self._transmit, note, self._large)
        return await self._read_large(call, reply)

    def _read(self, call: Call, reply: SubgraphReply) -> Response | bytes:
        """Decode a reply. Bytes: an answer to pass through. Raises SubgraphReplyInvalid."""
        if self.passes_through:
            raw = raw_answer(reply)
            if raw is not None:
                return raw
        return decode(reply, exactly=call.fetch.spec.has_custom_scalars)

    async def _read_large(self, call: Call, reply: SubgraphReply) -> Response | bytes:
        """As ``_read``; a long reply is decoded beside the loop."""
        if self.passes_through:
            raw = raw_answer(reply)
            if raw is not None:
                return raw
            self._hold_room(call, reply)
        return await decoded(reply, self._large, exactly=call.fetch.spec.has_custom_scalars)

    def _hold_room(self, call: Call, reply: SubgraphReply) -> None:
        """Raise SubgraphNotServing where there is none for a large answer of a query.

        What a mutation did is told.
        """
        pause = self._gathered.pause
        if pause is not None and not pause.hold(len(reply.body), must=not self._is_query):
            headers = {RETRY_AFTER: ("1",)}
            self._gathered.replies.append(ReplyHeaders(call.fetch.spec.subgraph, headers))
            raise SubgraphNotServing("no room: large answers are under way")

    async def _transmit(self, call: Call, body: bytes) -> SubgraphReply:
        """Send a body that may ask for other operations of the batch, too."""
        return await self._subgraphs.send(self._request(call, body))

    def _request(self, call: Call, body: bytes) -> SubgraphRequest:
        """One request, under what the whole HTTP request is under: headers, deadline."""
        fetch, context = call.fetch, self._context
        if self.tracer is not None:
            self.tracer.sent(call)
        return SubgraphRequest(
            fetch.spec.subgraph,
            body,
            context.forward,
            context.deadline,
            fetch.is_query,
            fetch.is_query and self._is_query,
            context.request_id,
        )

    def _note(self, call: Call, reply: SubgraphReply) -> None:
        """Take notice of a reply. Raises SubgraphNotServing where there is no room for it."""
        self._gathered.add_size(len(reply.body))
        if self._gathered.is_large and not self.passes_through:
            self._hold_room(call, reply)
        self._gathered.replies.append(ReplyHeaders(call.fetch.spec.subgraph, reply.headers))
