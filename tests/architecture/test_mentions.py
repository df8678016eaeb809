"""What documents and docstrings name is there: files, identifiers, members, trees of errors."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.architecture.mentions import (
    Repository,
    differing_trees,
    missing_members,
    missing_names,
    missing_paths,
)

HISTORY = "docs/decisions/"
"""Records may name what was rejected, and what belongs to others."""

FOREIGN = {
    "a__user": "a context as a client could write it",
    "alias__element": "the form of a link's names",
    "subgraph__name": "the form of a supergraph's names",
    "SUBGRAPHS__ACCOUNTS__URL": "a setting for any subgraph",
    r"\udXXX": "the form of an escape",
    "text/event-stream": "a media type",
    "data/": "in the embedded database's folder",
}


@cache
def repository() -> Repository:
    return Repository.tracked(Path(__file__).parents[2])


def unknown(mentions: list[object]) -> list[str]:
    texts = [str(mention) for mention in mentions]
    return [
        text
        for text in texts
        if text.partition(": ")[2] not in FOREIGN and not text.startswith(HISTORY)
    ]


def test_files_and_folders_are_there() -> None:
    assert unknown([*missing_paths(repository())]) == []


def test_identifiers_are_somewhere_in_code() -> None:
    assert unknown([*missing_names(repository())]) == []


def test_members_are_where_they_are_said_to_be() -> None:
    assert unknown([*missing_members(repository())]) == []


def test_trees_of_errors_show_the_classes() -> None:
    assert differing_trees(repository()) == []


def test_what_is_foreign_is_still_named() -> None:
    named = {mention.text for mention in repository().mentions()}
    assert FOREIGN.keys() <= named


def test_what_is_not_there_is_found() -> None:
    faulty = Repository(
        Path(),
        {
            "house/room.py": (
                '"""See `house/cellar.py`, ``old_name``, `Room.roof`, `house.room.attic`.\n\n'
                'Fault\n├── Leak\n└── Fire\n"""\n'
                "class Room:\n    door = 1\n\nclass Fault(Exception): ...\n\n"
                "class Leak(Fault): ...\n"
            ),
            "README.md": "`house/room.py`, `Room.door`, `../house`, `garden/`, `.env`, `NAME.py`",
        },
    )
    assert [m.text for m in missing_paths(faulty)] == ["house/cellar.py", "garden/"]
    assert [m.text for m in missing_names(faulty)] == ["old_name"]
    assert [m.text for m in missing_members(faulty)] == ["Room.roof", "house.room.attic"]
    assert differing_trees(faulty) == ["house/room.py: Fire"]
