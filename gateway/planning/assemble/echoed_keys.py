"""Which keys of its representations an entity fetch asks back."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.planning.assemble.rendered import Rendered, RenderedField
from gateway.planning.plan import Leaf, Rename, Representation


def echoed_keys(
    representation: Representation, rendered: Rendered, renames: tuple[Rename, ...]
) -> frozenset[str]:
    """Return the key fields that the reply holds under their own names, whatever type it is of.

    Only these can be compared with what was sent: in ``... on Book { id: title }`` the key's name
    stands for something else.
    """
    keys = {part.field for part in representation.keys if isinstance(part, Leaf)}
    found: set[str] = set()
    other = {name for rename in renames for name in (rename.source, rename.key)}
    for field in _fields(rendered):
        is_plain = field.key == field.name and not field.arguments and field.selection is None
        (found if is_plain else other).add(field.key)
    return frozenset((keys & found) - other)


def _fields(rendered: Rendered) -> Iterator[RenderedField]:
    yield from rendered.fields
    for fragment in rendered.fragments:
        yield from _fields(fragment.selection)
