"""Looking for fields that clash takes time that grows with the document, and finds them."""

from __future__ import annotations

import pytest

from gateway.planning.assemble import alias_conflicts
from gateway.planning.assemble.alias_conflicts import ConflictAliases
from gateway.planning.assemble.rendered import Fragment, Rendered, RenderedField

TYPES = 5


def leaf(key: str, type_text: str = "ID") -> RenderedField:
    return RenderedField(key, key, type_text, type_text.rstrip("!"))


def nested(levels: int, odd: str = "ID") -> Rendered:
    """``next`` of every type, below each other; the last type's innermost id is of type ``odd``."""
    if levels == 0:
        return Rendered((leaf("id", odd),))
    fragments = []
    for number in range(TYPES):
        inner = nested(levels - 1, odd if number == TYPES - 1 else "ID")
        field = RenderedField("next", "next", "N", "N", selection=inner)
        fragments.append(Fragment(f"T{number}", frozenset({f"T{number}"}), Rendered((field,))))
    return Rendered((), tuple(fragments))


def fields_in(rendered: Rendered) -> int:
    below = [f.selection for f in rendered.fragments]
    below += [f.selection for f in rendered.fields if f.selection is not None]
    return len(rendered.fields) + sum(map(fields_in, below))


def test_what_clashes_gets_an_alias() -> None:
    aliases = ConflictAliases("__typename")
    rewritten = aliases.rewrite(nested(1, "ID!"))
    keys = [f.selection.fields[0].key for f in rewritten.fragments]
    assert keys == ["next"] * (TYPES - 1) + [f"_T{TYPES - 1}_next"]
    [rename] = aliases.ordered()
    assert (rename.source, rename.key) == (f"_T{TYPES - 1}_next", "next")


def test_where_nothing_can_clash_all_stays_as_it_is() -> None:
    rendered = nested(3)
    assert ConflictAliases("__typename").rewrite(rendered) is rendered


def test_fields_are_not_compared_in_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered, compared = nested(4, "ID!"), 0
    fits = alias_conflicts._fits

    def counted(*asked: object) -> bool:
        nonlocal compared
        compared += 1
        return fits(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(alias_conflicts, "_fits", counted)
    ConflictAliases("__typename").rewrite(rendered)
    assert 0 < compared < 5 * fields_in(rendered)
