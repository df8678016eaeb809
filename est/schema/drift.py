"""Finds schema files that the code has moved away from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

from est.schema.files import read

_SHOWN_LINES = 12


def drifted(folder: Path, expected: Mapping[str, str]) -> Iterator[str]:
    """Yield one fault per file that is missing or differs, with the first lines that do."""
    for name, text in expected.items():
        committed = read(folder, name)
        if not committed:
            yield f"{folder / name} is missing: run `make schema`."
        elif committed != text:
            yield f"{folder / name} differs from the code: run `make schema`.\n" + _excerpt(
                committed, text
            )


def _excerpt(committed: str, text: str) -> str:
    lines = unified_diff(committed.splitlines(), text.splitlines(), "file", "code", "", "", 1)
    changes = [f"    {line}" for line in list(lines)[2:]]
    rest = len(changes) - _SHOWN_LINES
    more = [f"    … {rest} more lines"] if rest > 0 else []
    return "\n".join(changes[:_SHOWN_LINES] + more)
