"""Keys of `.env` that are no setting but look like one: a typo there would be silent.

`.env` may hold what other programs read, so an unknown key is named only if it is close to one of
ours, or begins as a group of ours does: JWT_SECERT, SMTP_HOSTNAME, LIMITS__DEEP.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from dotenv import dotenv_values

_EXAMPLE = Path(__file__).parents[1] / ".env.example"
_SETTING = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
# Not settings of the code: compose.yaml reads them.
_OTHERS = frozenset({"POSTGRES_PASSWORD"})
_CLOSE = 0.84


def misspelt(env_file: Path = Path(".env")) -> Iterator[str]:
    """Yield a line for each key of the file that looks like a misspelt setting."""
    known = _known_settings()
    if not known:
        return  # installed without its sources: there is no list to compare with
    for name in dotenv_values(env_file):
        if _is_known(name, known):
            continue
        close = get_close_matches(name.upper(), known, n=1, cutoff=_CLOSE)
        if close:
            yield f"{env_file}: {name} is not a setting. Did you mean {close[0]}?"
        elif name.split("_", 1)[0] in _groups(known):
            yield f"{env_file}: {name} is not a setting (.env.example names them all)."


def _is_known(name: str, known: Iterable[str]) -> bool:
    # SUBGRAPHS__CATALOG__URL: subgraphs have names of their own
    section, *_ = name.partition("__")
    return name in known or name in _OTHERS or section in {"SUBGRAPHS", "ALL_SUBGRAPHS"}


def _groups(known: Iterable[str]) -> set[str]:
    """First words that several settings share; a word such as ENV or LOG alone says too little."""
    words = Counter(name.split("_", 1)[0] for name in known if "_" in name)
    return {word for word, times in words.items() if times > 1}


@cache
def _known_settings() -> tuple[str, ...]:
    if not _EXAMPLE.exists():
        return ()
    return tuple(_SETTING.findall(_EXAMPLE.read_text()))
