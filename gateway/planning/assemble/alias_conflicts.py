"""Internal aliases where one document would ask fields of different types under one key.

GraphQL's FieldsInSetCanMerge (5.3.2) wants the same shape for one response key, even on types that
exclude each other. A subgraph may declare ``ID!`` on one type and ``ID`` on another, though the
supergraph's own types agree: such a field gets an alias, and is renamed in the reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.planning.assemble.rendered import Fragment, Rendered, RenderedField, typename_field
from gateway.planning.plan import Each, Key, Path, Rename


@dataclass(slots=True)
class ConflictAliases:
    """Rewrites one fetch's selection; ``renames`` are outermost first, in the client's keys."""

    typename_key: str
    renames: list[Rename] = field(default_factory=list)

    def rewrite(self, rendered: Rendered, path: Path = ()) -> Rendered:
        """The selection with aliases where fragments disagree."""
        seen: dict[str, list[RenderedField]] = {}
        fields = tuple(self._inner(f, path) for f in rendered.fields)
        for each in fields:
            seen.setdefault(each.key, []).append(each)
        before = len(self.renames)
        fragments = tuple(self._fragment(f, seen, path) for f in rendered.fragments)
        here = [rename for rename in self.renames[before:] if rename.path == path]
        if here and not any(f.name == "__typename" for f in fields):
            fields = (typename_field(self.typename_key), *fields)
        return Rendered(fields, fragments)

    def ordered(self) -> tuple[Rename, ...]:
        """All renames, outermost first."""
        return tuple(dict.fromkeys(sorted(self.renames, key=lambda rename: len(rename.path))))

    def _inner(self, rendered: RenderedField, path: Path) -> RenderedField:
        if rendered.selection is None:
            return rendered
        lists = (Each(),) * rendered.type_text.count("[")
        inner = self.rewrite(rendered.selection, (*path, Key(rendered.key), *lists))
        return replace(rendered, selection=inner)

    def _fragment(
        self, fragment: Fragment, seen: dict[str, list[RenderedField]], path: Path
    ) -> Fragment:
        """Give another key to fields of a fragment that clash with those ``seen`` in siblings.

        ``... on Book { size } ... on Shirt { size }``, an Int and a String, is no valid document.
        """
        fields: list[RenderedField] = []
        for asked in fragment.selection.fields:
            inner = self._inner(asked, path)
            others = seen.setdefault(asked.key, [])
            if any(not _same_shape(inner, other) for other in others):
                alias = f"_{fragment.type_name}_{asked.key}"
                self.renames.append(Rename(path, alias, asked.key, fragment.types))
                inner = replace(inner, key=alias)
            else:
                others.append(inner)
            fields.append(inner)
        nested = tuple(self._fragment(f, seen, path) for f in fragment.selection.fragments)
        return replace(fragment, selection=Rendered(tuple(fields), nested))


def _same_shape(one: RenderedField, other: RenderedField) -> bool:
    """SameResponseShape of the specification, on rendered fields."""
    if (one.selection is None) != (other.selection is None):
        return False
    if one.selection is None or other.selection is None:
        return one.type_text == other.type_text
    if _wrapping(one) != _wrapping(other):
        return False
    below: dict[str, list[RenderedField]] = {}
    for each in _all_fields(one.selection):
        below.setdefault(each.key, []).append(each)
    return all(
        _same_shape(each, known)
        for each in _all_fields(other.selection)
        for known in below.get(each.key, ())
    )


def _wrapping(rendered: RenderedField) -> str:
    return rendered.type_text.replace(rendered.type_name, "")


def _all_fields(rendered: Rendered) -> Iterator[RenderedField]:
    yield from rendered.fields
    for fragment in rendered.fragments:
        yield from _all_fields(fragment.selection)
