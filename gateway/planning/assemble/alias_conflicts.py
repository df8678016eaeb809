"""Internal aliases where one document would ask fields of different types under one key.

GraphQL's FieldsInSetCanMerge (5.3.2) wants the same shape for one response key, even on types that
exclude each other. A subgraph may declare ``ID!`` on one type and ``ID`` on another, though the
supergraph's own types agree: such a field gets an alias, and is renamed in the reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from gateway.planning.assemble.rendered import Fragment, Rendered, RenderedField, typename_field
from gateway.planning.plan import Each, Key, Path, Rename


@dataclass(slots=True)
class ConflictAliases:
    """Rewrites one fetch's selection; ``renames`` are outermost first, in the client's keys."""

    typename_key: str
    renames: list[Rename] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def rewrite(self, rendered: Rendered) -> Rendered:
        """The selection with aliases where fragments disagree; mostly nothing can."""
        if not _may_disagree(rendered, {}, set()):
            return rendered
        self._taken |= set(_all_keys(rendered, set()))
        return self._rewrite(rendered, ())

    def _rewrite(self, rendered: Rendered, path: Path) -> Rendered:
        seen: _Shapes = {}
        fields = tuple(self._inner(f, path) for f in rendered.fields)
        for each in fields:
            _add(each, seen)
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
        inner = self._rewrite(rendered.selection, (*path, Key(rendered.key), *lists))
        return replace(rendered, selection=inner)

    def _fragment(self, fragment: Fragment, seen: _Shapes, path: Path) -> Fragment:
        """Give another key to fields of a fragment that clash with those ``seen`` in siblings.

        ``... on Book { size } ... on Shirt { size }``, an Int and a String, is no valid document.
        """
        fields: list[RenderedField] = []
        for asked in fragment.selection.fields:
            inner = self._inner(asked, path)
            if _fits(inner, seen):
                _add(inner, seen)
            else:
                alias = self._free(f"_{fragment.type_name}_{asked.key}")
                self.renames.append(Rename(path, alias, asked.key, fragment.types))
                inner = replace(inner, key=alias)
            fields.append(inner)
        nested = tuple(self._fragment(f, seen, path) for f in fragment.selection.fragments)
        return replace(fragment, selection=Rendered(tuple(fields), nested))

    def _free(self, alias: str) -> str:
        """An alias like this that the client, who owns the keys, has not taken."""
        while alias in self._taken:
            alias = f"{alias}_"
        return alias


def _all_keys(rendered: Rendered, seen: set[Rendered]) -> Iterator[str]:
    """The keys of all fields, wherever they stand; ``seen``: the selections that were looked at."""
    for each in _all_fields(rendered):
        yield each.key
        if each.selection is not None and each.selection not in seen:
            seen.add(each.selection)
            yield from _all_keys(each.selection, seen)


def _may_disagree(rendered: Rendered, types: dict[str, str], seen: set[Rendered]) -> bool:
    """Whether some key stands for fields of different types, wherever they stand.

    ``types`` are those of the keys that were seen before, ``seen`` the selections.
    """
    for each in _all_fields(rendered):
        if types.setdefault(each.key, each.type_text) != each.type_text:
            return True
        if each.selection is not None and each.selection not in seen:
            seen.add(each.selection)
            if _may_disagree(each.selection, types, seen):
                return True
    return False


@dataclass(slots=True)
class _Shape:
    """What all fields of one key have: ``text``, a leaf's type or the lists around an object.

    Fields are held against one shape and not against each other: in six fragments, each with six
    in it, four deep, there are as many pairs as a plan takes to be found.
    """

    text: str
    below: _Shapes | None


_Shapes = dict[str, _Shape]


def _fits(rendered: RenderedField, seen: _Shapes) -> bool:
    """SameResponseShape of the specification, with all that were ``seen`` under its key."""
    shape = seen.get(rendered.key)
    if shape is None:
        return True
    if rendered.selection is None or shape.below is None:
        both_leaves = rendered.selection is None and shape.below is None
        return both_leaves and rendered.type_text == shape.text
    below = shape.below
    return _wrapping(rendered) == shape.text and all(
        _fits(each, below) for each in _all_fields(rendered.selection)
    )


def _add(rendered: RenderedField, seen: _Shapes) -> None:
    """Add a field that fits."""
    shape = seen.get(rendered.key)
    if rendered.selection is None:
        if shape is None:
            seen[rendered.key] = _Shape(rendered.type_text, None)
        return
    if shape is None:
        shape = seen[rendered.key] = _Shape(_wrapping(rendered), {})
    if shape.below is not None:
        for each in _all_fields(rendered.selection):
            _add(each, shape.below)


def _wrapping(rendered: RenderedField) -> str:
    return rendered.type_text.replace(rendered.type_name, "")


def _all_fields(rendered: Rendered) -> Iterator[RenderedField]:
    yield from rendered.fields
    for fragment in rendered.fragments:
        yield from _all_fields(fragment.selection)
