"""What is said in other words by all subgraphs of a random supergraph alike.

They are printed: nothing follows from what is changed here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

_FILTER = re.compile(r"\bf: Filter\b")
_DEFAULTS = ("{}", "{ a: null }", '{ tags: "z" }', "{ a: 7, tags: [] }")
TRACE = "directive @trace(n: Int = 1, of: [String!]) on QUERY | MUTATION | FIELD\n"


def reword(sdls: Mapping[str, str], dice: random.Random) -> dict[str, str]:
    """Give input objects a default, a key the name ``typename``, operations a directive."""
    found = dict(sdls)
    if dice.random() < 0.5:
        default = dice.choice(_DEFAULTS)
        found = {n: _FILTER.sub(f"f: Filter = {default}", sdl) for n, sdl in found.items()}
    if dice.random() < 0.3:
        found = {name: re.sub(r"\bsku\b", "typename", sdl) for name, sdl in found.items()}
    if dice.random() < 0.5:
        found = {name: sdl + TRACE for name, sdl in found.items()}
    return found
