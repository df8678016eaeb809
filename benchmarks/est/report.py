"""Samples → tables: ratios first, since only they carry over to another machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

from benchmarks.est.bench import DIRECT, HERE, Sample

MAY_ADD_SHARE, MAY_ADD_MS = 0.3, 0.4


def table(title: str, samples: Mapping[str, Sequence[Sample]]) -> str:
    """One line for each subject: the medians of its rounds, and this gateway's divided by them."""
    ours = samples[HERE]
    head = (
        f"{'CPU, this / it':>15} {'p50, this / it':>15} {'CPU ms':>8} {'p50 ms':>8} {'p99 ms':>8}"
    )
    lines = [title, f"  {'':10}{head} {'errors':>7}"]
    for name, theirs in samples.items():
        errors = sum(sample.outcome.errors for sample in theirs)
        lines.append(
            f"  {name:10}{_ratio(ours, theirs, _cpu):>15.3f} {_ratio(ours, theirs, _p50):>15.3f} "
            f"{_median(theirs, _cpu):>8.3f} {_median(theirs, _p50):>8.2f} "
            f"{_median(theirs, lambda s: s.outcome.p99):>8.2f} {errors:>7}"
        )
    return "\n".join(lines)


def added_table(title: str, samples: Mapping[str, Sequence[Sample]]) -> str:
    """What the gateway adds to the service's median, and what it may."""
    direct, through = (_median(samples[name], _p50) for name in (DIRECT, HERE))
    added, allowed = through - direct, max(MAY_ADD_SHARE * direct, MAY_ADD_MS)
    verdict = "within" if added <= allowed else "OVER"
    return (
        f"{title}: {through / direct:.2f} times the service's median; adds {added:.2f} ms to "
        f"{direct:.2f}, may add {allowed:.2f}: {verdict}"
    )


def _ratio(
    ours: Sequence[Sample], theirs: Sequence[Sample], figure: Callable[[Sample], float]
) -> float:
    """The median of the rounds' ratios: what slows a whole round cancels out."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(figure(own) / max(figure(its), 1e-9) for own, its in pairs)


def _median(samples: Sequence[Sample], figure: Callable[[Sample], float]) -> float:
    return statistics.median(map(figure, samples))


def _cpu(sample: Sample) -> float:
    return sample.cpu_ms


def _p50(sample: Sample) -> float:
    return sample.outcome.p50
