"""Templates in a step's variables: checked when the configuration is read, filled in by the page.

`{{Operation.path}}` (from that operation's latest answer), `{{A.x | B.y}}` (the first that has a
value), `{{now+2h}}`, `{{today-7d}}`, `{{uuid}}`, and `{{link.key}}` (from `#key=value` of the link
that opened the page).
"""

import re
from collections.abc import Iterator

_TEMPLATE = re.compile(r"\{\{([^{}]*)\}\}")
_BUILT_IN = re.compile(r"uuid|(now|today)([+-]\d+[mhd])?|link\.\w+")
_REFERENCE = re.compile(r"([_A-Za-z]\w*)((?:\.\w+)+)")


class BadTemplate(ValueError):
    """A template that the page could never fill in."""


def references(variables: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (operation, path) for every place of an earlier answer that the variables name."""
    for template in _TEMPLATE.finditer(variables):
        for choice in template.group(1).split("|"):
            reference = _reference(choice.strip())
            if reference is not None:
                yield reference


def _reference(expression: str) -> tuple[str, tuple[str, ...]] | None:
    if _BUILT_IN.fullmatch(expression):
        return None
    match = _REFERENCE.fullmatch(expression)
    if match is None:
        raise BadTemplate(
            f"{{{{{expression}}}}} is none of "
            "Operation.path, now±N[mhd], today±N[mhd], uuid, link.key"
        )
    return match.group(1), tuple(match.group(2)[1:].split("."))
