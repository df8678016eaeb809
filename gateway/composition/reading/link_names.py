"""The names that links bring: aliases and imports must be names, and each mean one thing.

Source: the link specification v1.0, "Name Conventions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.composition.errors import CompositionError
from gateway.composition.model import Link

_CODE = "INVALID_LINK_DIRECTIVE_USAGE"
_NAME = re.compile(r"[A-Za-z_][0-9A-Za-z_]*")
_RENAME = 'Give it another name with "as".'


def is_name(text: str) -> bool:
    """Tell whether a text is a GraphQL name."""
    return _NAME.fullmatch(text) is not None


def check_link_names(links: Sequence[Link]) -> Iterator[CompositionError]:
    """Check the names of one schema's links."""
    aliases: dict[str, str] = {}
    imports: dict[str, str] = {}
    for link in links:
        identity = link.url.identity
        wrong = _misnamed(link)
        if wrong:
            problem = f'Cannot link feature "{identity}" as "{link.alias}": the name {wrong}.'
            yield CompositionError(_CODE, problem, hint=_RENAME)
        elif aliases.setdefault(link.alias, identity) != identity:
            problem = (
                f'Cannot link feature "{identity}" as "{link.alias}": another feature, '
                f'"{aliases[link.alias]}", has that name.'
            )
            yield CompositionError(_CODE, problem, hint=_RENAME)
        for local in link.imports.values():
            if imports.setdefault(local, identity) != identity:
                problem = (
                    f'Cannot import "{local}" from feature "{identity}": it is imported from '
                    f'"{imports[local]}".'
                )
                yield CompositionError(_CODE, problem, hint=_RENAME)


def _misnamed(link: Link) -> str | None:
    """Elements are called ``alias__element``; what a URL ends in need not be a name."""
    if "__" in link.alias:
        return 'contains "__"'
    if link.alias.endswith("_"):
        return 'ends in "_"'
    if link.alias != link.url.name and not is_name(link.alias):
        return "is not a GraphQL name"
    return None


def import_conflict(imports: dict[str, str], name: str, local: str) -> str | None:
    """Say why a link cannot import ``name`` as ``local`` after ``imports``; None if it can."""
    if local != name and not is_name(local.removeprefix("@")):
        return f'Cannot import "{name}" as "{local}": that is not a GraphQL name.'
    if imports.get(name, local) != local:
        return f'Cannot import "{name}" as "{local}": it is imported as "{imports[name]}".'
    other = next((n for n, known in imports.items() if known == local and n != name), None)
    if other is not None:
        return f'Cannot import "{name}" as "{local}": that is what "{other}" is imported as.'
    return None
