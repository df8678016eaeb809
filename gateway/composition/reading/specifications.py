"""The federation directives: since which version each exists and how it is defined.

Source: the Federation specification's list of subgraph directives and its version history.
``{FieldSet}`` and its like stand for the local name of the specification's scalar.
"""

from __future__ import annotations

from dataclasses import dataclass

FEDERATION = "https://specs.apollo.dev/federation"
LINK = "https://specs.apollo.dev/link"
APOLLO = "https://specs.apollo.dev/"

NEWEST = (2, 12)
"""Newer versions are refused: nobody knows yet what they will mean."""

JOIN_VERSIONS = (((2, 8), "0.5"), ((2, 7), "0.4"), ((1, 0), "0.3"))
"""Which join specification the supergraph needs, by the newest federation version used."""


@dataclass(frozen=True, slots=True)
class Specified:
    """One directive as a range of federation versions defines it."""

    name: str
    since: tuple[int, int]
    sdl: str
    until: tuple[int, int] = (99, 0)


_OUTPUT = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"
_TAGGED = (
    "FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM"
    " | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)

DIRECTIVES = (
    Specified(
        "key",
        (1, 0),
        "(fields: {FieldSet}!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE",
    ),
    Specified("requires", (1, 0), "(fields: {FieldSet}!) on FIELD_DEFINITION"),
    Specified("provides", (1, 0), "(fields: {FieldSet}!) on FIELD_DEFINITION"),
    Specified("external", (1, 0), "(reason: String) on OBJECT | FIELD_DEFINITION"),
    Specified("extends", (1, 0), " on OBJECT | INTERFACE"),
    Specified("tag", (1, 0), f"(name: String!) repeatable on {_TAGGED}", until=(2, 2)),
    Specified("tag", (2, 3), f"(name: String!) repeatable on {_TAGGED} | SCHEMA"),
    Specified("inaccessible", (1, 0), f" on {_TAGGED}"),
    Specified("shareable", (2, 0), " on OBJECT | FIELD_DEFINITION", until=(2, 1)),
    Specified("shareable", (2, 2), " repeatable on OBJECT | FIELD_DEFINITION"),
    Specified("override", (2, 0), "(from: String!) on FIELD_DEFINITION", until=(2, 6)),
    Specified("override", (2, 7), "(from: String!, label: String) on FIELD_DEFINITION"),
    Specified("composeDirective", (2, 1), "(name: String) repeatable on SCHEMA"),
    Specified("interfaceObject", (2, 3), " on OBJECT"),
    Specified("authenticated", (2, 5), f" on {_OUTPUT}"),
    Specified("requiresScopes", (2, 5), f"(scopes: [[{{Scope}}!]!]!) on {_OUTPUT}"),
    Specified("policy", (2, 6), f"(policies: [[{{Policy}}!]!]!) on {_OUTPUT}"),
    Specified("context", (2, 8), "(name: String!) repeatable on INTERFACE | OBJECT | UNION"),
    Specified("fromContext", (2, 8), "(field: {ContextFieldValue}) on ARGUMENT_DEFINITION"),
    Specified(
        "cost",
        (2, 9),
        "(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION"
        " | INPUT_FIELD_DEFINITION | OBJECT | SCALAR",
    ),
    Specified(
        "listSize",
        (2, 9),
        "(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],"
        " requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
    ),
)

SCALARS = {
    "FieldSet": (2, 0),
    "Scope": (2, 5),
    "Policy": (2, 6),
    "ContextFieldValue": (2, 8),
}

AUTHORIZATION = ("authenticated", "requiresScopes", "policy")

FEATURES = {
    "tag": ("tag",),
    "inaccessible": ("inaccessible",),
    "authenticated": ("authenticated",),
    "requiresScopes": ("requiresScopes",),
    "policy": ("policy",),
    "cost": ("cost", "listSize"),
}
"""Specifications that may be linked by themselves, and the directives each brings."""

LINK_SDL = """
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import])
  repeatable on SCHEMA
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
"""


def available(version: tuple[int, int]) -> dict[str, Specified]:
    """Return the directives of a federation version by name."""
    return {d.name: d for d in DIRECTIVES if d.since <= version <= d.until}
