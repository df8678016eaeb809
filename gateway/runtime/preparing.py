"""From a document to what a runtime keeps of it, wherever the long part is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from msgspec.structs import replace

from gateway.execution import compiling_plan
from gateway.operation.cache import BoundedCache
from gateway.operation.errors import OperationRefused, PreparationFailed
from gateway.planning.plan import Plan
from gateway.planning.resolution import resolution_index
from gateway.preparation import PlanOutcome, PreparationCore, PreparationProcess, PreparedParts
from gateway.preparation.jobs import Job, PlanJob, PrepareJob
from gateway.preparation.process import NotReady, ProcessLost
from gateway.preparation.small_jobs import (
    MOST_CHARACTERS,
    MOST_STATES,
    SmallJobs,
    has_small_types,
    is_small,
)
from gateway.projection import compile_projection
from gateway.runtime.long_lived import are_many_young, set_aside
from gateway.runtime.policy import RuntimePolicy
from gateway.runtime.prepared import PlannedOperation, PreparedOperation
from gateway.security.authorization import Standing, denials
from gateway.supergraph import Supergraph
from shared.loop.pieces import Pieces, at_once, in_turns

T = TypeVar("T")
DocumentKey = tuple[str, str | None]
"""Document and operation name."""

PATIENCE = 5.0
"""Seconds that a document waits for the process, which needs about one to start."""

PATIENCE_OF_THE_LOST = 20.0
"""Seconds that one waits for the next process that was lost with the first: nobody else does it."""

RETRIES = 1
"""How often a job is done again at which the process was lost."""

LARGE = 4_000
"""Characters of a document from which on making its functions takes milliseconds."""


class Preparing:
    """Has documents of one supergraph prepared in ``process``, or on the spot without one.

    What comes back is data; the functions that requests call are made of it here.
    """

    def __init__(
        self,
        supergraph: Supergraph,
        policy: RuntimePolicy,
        generation: int,
        process: PreparationProcess | None,
    ) -> None:
        self.policy = policy
        self.core = PreparationCore(
            supergraph, policy.limits, hide_suggestions=policy.hide_suggestions
        )
        self._schema = supergraph.api_schema
        self._generation = generation
        self._process = process
        self._alone = asyncio.Lock()
        self._small_jobs = SmallJobs()
        self._has_litter = True
        self._takes_small = process is not None and has_small_types(supergraph.api_schema)
        resolution_index(supergraph, frozenset())  # now, and not when the first document comes

    async def wait_for_process(self) -> None:
        """Wait until the process has loaded the supergraph, if there is a process."""
        if self._process is not None:
            await self._process.wait_for(self._generation)

    async def prepare(
        self, key: DocumentKey, positions: Mapping[int, int], labels: frozenset[str], client: str
    ) -> PreparedOperation:
        """Have a document read, and planned if its plan is the same for every caller.

        In one go where that spares a second way to the process; else planning has its own span.
        Raises OperationRefused.
        """
        is_apart = self._process is not None
        job = PrepareJob(self._generation, *key, labels, positions, plans=is_apart)
        with self.policy.spans.span("prepare"):
            if self._takes_small and not labels and is_small(job.text):
                work = partial(job.run, self.core, MOST_STATES)
                self._has_litter = True  # trees of planning are cycles
                parts = await self._small_jobs.run(work, client, job.size)
            else:
                parts = await self._do(job, client)
        return await self._made(job.size, self._linking(parts, job))

    async def plan(
        self,
        prepared: PreparedOperation,
        standing: Standing,
        labels: frozenset[str],
        client: str,
    ) -> PlannedOperation | OperationRefused:
        """Have an operation planned for callers of one standing; keep what comes of it."""
        operation, protection = prepared.compiled.operation, prepared.protection
        job = PlanJob(self._generation, operation, protection, standing, labels, prepared.size)
        with self.policy.spans.span("plan"):
            outcome: PlanOutcome = await self._do(job, client)
        return await self._made(job.size, self._keeping(prepared, outcome, standing, labels))

    async def held_briefly(self, size: int, work: Callable[[], T]) -> T:
        """Do ``work`` for a document of ``size``: in a thread if it would hold the loop long.

        Only where others wait for the loop: elsewhere a thread would only cost.
        """
        if self._process is None or size <= LARGE:
            return work()
        return await asyncio.to_thread(work)

    async def _made(self, size: int, work: Pieces[T]) -> T:
        """Have functions made for a document of ``size``: in turns with those who wait.

        Of a large one already a piece is long, and all of a small one is short.
        """
        if self._process is None or size > LARGE:
            made = await self.held_briefly(size, lambda: at_once(work))
        elif size <= MOST_CHARACTERS:
            made = at_once(work)
        else:
            made = await in_turns(work)
        # A program that embeds an engine collects as it likes.
        if self._process is not None and are_many_young():
            await asyncio.sleep(0)
            set_aside(has_litter=self._has_litter)
            self._has_litter = False
        return made

    async def _do(self, job: Job, client: str) -> Any:
        """Have a job done in the process; without it where it is not to be had.

        While it starts, or starts again, new documents wait: a thread would take the interpreter
        from the loop, and those whose documents are known from their answers. Only if it does not
        come for a while, or has dropped the supergraph, a thread does it. A job at which the
        process was lost is given to the next one, and to nobody else: it may be what ended it.
        Raises PreparationFailed where that one is lost, too, or does not come.
        """
        if self._process is None:
            return job.run(self.core)
        losses = 0
        with suppress(NotReady, TimeoutError):
            while losses <= RETRIES:
                async with asyncio.timeout(PATIENCE_OF_THE_LOST if losses else PATIENCE):
                    await self._process.wait_for(self._generation)
                try:
                    return await self._process.run(job, client)
                except ProcessLost:
                    losses += 1
                except NotReady:
                    continue  # it was lost before the job's turn
        if losses:
            raise PreparationFailed("This could not be prepared.")
        async with self._alone:  # two threads would share one interpreter
            return await asyncio.to_thread(job.run, self.core)

    def _linking(self, parts: PreparedParts, job: PrepareJob) -> Pieces[PreparedOperation]:
        """Make what is kept of data: the functions that requests call. Raises OperationRefused."""
        compiled = self.core.compiler.link(parts.read)
        plans = self.policy.cache_sizes.plans_per_operation
        prepared = PreparedOperation(compiled, parts.protection, BoundedCache(plans), job.size)
        if parts.outcome is not None:
            yield
            with self.policy.spans.span("plan"):
                yield from self._keeping(prepared, parts.outcome, Standing(), job.labels)
        return prepared

    def _keeping(
        self,
        prepared: PreparedOperation,
        outcome: PlanOutcome,
        standing: Standing,
        labels: frozenset[str],
    ) -> Pieces[PlannedOperation | OperationRefused]:
        """Compile a plan for execution, and keep it; a refusal too: trying is costly."""
        kept: PlannedOperation | OperationRefused
        if isinstance(outcome, OperationRefused):
            kept = outcome
        else:
            kept = yield from self._compiling(prepared, outcome, standing)
        prepared.plans.put((standing, labels), kept)
        return kept

    def _compiling(
        self, prepared: PreparedOperation, plan: Plan, standing: Standing
    ) -> Pieces[PlannedOperation]:
        """A subgraph's bytes may pass through only if nothing is denied.

        A denied field has to become a null and an error in them.
        """
        denied = denials(prepared.protection, standing)
        if denied or not all(self.policy.passes_through(f.subgraph) for f in plan.fetches):
            plan = replace(plan, passthrough=False)
        operation = prepared.compiled.operation
        executable = yield from compiling_plan(plan)
        yield
        project = compile_projection(operation, self._schema, plan.typename_key, denied)
        return PlannedOperation(plan, executable, project)
