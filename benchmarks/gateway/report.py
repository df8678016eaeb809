"""Samples → the table: ratios first, since only they carry over to another machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

from benchmarks.gateway.bench import Sample
from benchmarks.gateway.subjects import HERE

_HEAD = f"{'this / it':>10} {'CPU ms':>8} {'lowest..highest':>17} {'p50 ms':>8} {'p99 ms':>8}"


def table(title: str, samples: Mapping[str, Sequence[Sample]]) -> str:
    """One line for each subject: the medians of its rounds, beside this gateway's."""
    ours = samples[HERE]
    lines = [title, f"  {'':12}{_HEAD} {'fetches':>8} {'errors':>7}"]
    return "\n".join([*lines, *(f"  {n:12}{_cells(s, ours)}" for n, s in samples.items())])


def _cells(samples: Sequence[Sample], ours: Sequence[Sample]) -> str:
    costs = [sample.cpu_ms for sample in samples]
    around = f"{min(costs):.3f}..{max(costs):.3f}"
    errors = sum(sample.outcome.errors for sample in samples)
    return (
        f"{_ratio(ours, samples):>10.3f} {_median(samples, lambda s: s.cpu_ms):>8.3f} {around:>17} "
        f"{_median(samples, lambda s: s.outcome.p50):>8.2f} "
        f"{_median(samples, lambda s: s.outcome.p99):>8.2f} "
        f"{_median(samples, lambda s: s.fetches):>8.2f} {errors:>7}"
    )


def _ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> float:
    """The median of the rounds' ratios: what slows a whole round cancels out."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(own.cpu_ms / max(its.cpu_ms, 1e-9) for own, its in pairs)


def _median(samples: Sequence[Sample], figure: Callable[[Sample], float]) -> float:
    return statistics.median(map(figure, samples))
