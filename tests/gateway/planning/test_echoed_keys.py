"""Which keys of its representations a fetch asks back."""

from __future__ import annotations

import pytest

from gateway.operation.model import Argument
from gateway.planning.assemble.echoed_keys import echoed_keys
from gateway.planning.assemble.rendered import Fragment, Rendered, RenderedField
from gateway.planning.plan import Leaf, Nested, Rename, Representation

ID = RenderedField("id", "id", "ID!", "ID")
TITLE_AS_ID = RenderedField("id", "title", "String", "String")
KEYS = Representation((Leaf("id", "id"), Nested("at", "at", (Leaf("x", "x"),))))


def on(name: str, *fields: RenderedField) -> Fragment:
    return Fragment(name, frozenset({name}), Rendered(fields))


@pytest.mark.parametrize(
    ("fragments", "expected"),
    [
        ((on("Book", ID),), {"id"}),
        ((on("Book", ID), on("Film", ID)), {"id"}),
        ((on("Book", ID), on("Film", TITLE_AS_ID)), set()),
        ((on("Book", RenderedField("id", "id", "ID", "ID", (Argument("n", "1"),))),), set()),
        ((on("Book", RenderedField("at", "at", "At", "At", selection=Rendered((ID,)))),), set()),
    ],
)
def test_a_key_is_echoed_under_its_own_name_only(
    fragments: tuple[Fragment, ...], expected: set[str]
) -> None:
    assert echoed_keys(KEYS, Rendered((), fragments), ()) == expected


def test_a_key_that_something_is_renamed_to_is_not_echoed() -> None:
    renames = (Rename((), "_id", "id", frozenset({"Film"})),)
    assert echoed_keys(KEYS, Rendered((), (on("Book", ID),)), renames) == frozenset()
