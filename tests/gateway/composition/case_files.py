"""The golden cases: subgraphs and what composition makes of them, in one file each.

A case begins with a comment that says what it shows, then sections: ``#--- subgraph NAME``, and
what came of it, ``#--- supergraph`` and ``#--- api`` or ``#--- errors``. The supergraph is shown
without the definitions that the join specification fixes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gateway.composition import (
    Composed,
    CompositionFailed,
    SubgraphSource,
    compose,
    render_errors,
)
from gateway.composition.printing.join import join_definitions

CASES = Path(__file__).parent / "cases"
_SECTION = re.compile(r"^#--- (\w+)(?: (.+))?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One file: its path, its opening comment and the subgraphs in it."""

    path: Path
    comment: str
    sources: tuple[SubgraphSource, ...]

    @property
    def name(self) -> str:
        """``refused/key-syntax``."""
        return f"{self.path.parent.name}/{self.path.stem}"


def read_case(path: Path) -> Case:
    """Read a case without its outcome."""
    text = path.read_text(encoding="utf-8")
    parts = _SECTION.split(text)
    sources = tuple(
        SubgraphSource(name, f"http://{name}.example/graphql", body.strip() + "\n")
        for kind, name, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
        if kind == "subgraph"
    )
    return Case(path, parts[0].strip(), sources)


def all_cases(kind: str) -> list[Case]:
    """Return the cases ``composed`` or ``refused``, by name."""
    return [read_case(path) for path in sorted((CASES / kind).glob("*.graphql"))]


def render(case: Case, outcome: Composed | CompositionFailed) -> str:
    """Return the whole text of a case's file."""
    blocks = [case.comment]
    blocks += [f"#--- subgraph {s.name}\n\n{s.sdl.strip()}" for s in case.sources]
    if isinstance(outcome, CompositionFailed):
        told = render_errors(outcome.errors).replace("\n", "\n# ").replace("# \n", "#\n")
        blocks.append(f"#--- errors\n\n# {told}")
    else:
        blocks.append(f"#--- supergraph\n\n{_without_fixed_part(outcome.supergraph_sdl)}")
        blocks.append(f"#--- api\n\n{outcome.api_sdl.strip()}")
        if outcome.hints:
            hints = "\n".join(f"# {hint.code}: {hint.message}" for hint in outcome.hints)
            blocks.append(f"#--- hints\n\n{hints}")
    return "\n\n".join(blocks) + "\n"


def _without_fixed_part(sdl: str) -> str:
    for version in ("0.3", "0.4", "0.5"):
        sdl = sdl.replace(join_definitions(version) + "\n\n", "")
    return sdl.strip()


def outcome_of(case: Case) -> Composed | CompositionFailed:
    """Compose a case's subgraphs."""
    try:
        return compose(case.sources)
    except CompositionFailed as failed:
        return failed
