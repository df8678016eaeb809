"""Other ways of writing what was typed: with a space, or another decimal sign.

::

    1.5             1,5
    떡볶이2인분     떡볶이 2인분
    creme-brulee    creme brulee
"""

import re
from collections.abc import Iterator
from typing import Final

MOST_READINGS: Final = 8
DECIMAL_SIGN: Final = re.compile(r"(?<=\d)[.,](?=\d)")
_NUMBER_ENDS: Final = re.compile(r"(?<=\d)(?=[^\W\d_])")
_NUMBER_BEGINS: Final = re.compile(r"(?<=[^\W\d_])(?=\d)")
_OTHER_SIGN: Final = {".": ",", ",": "."}


def readings(folded: str, apart: str) -> tuple[str, ...]:
    """How else a folded word may stand in text. ``apart``: with spaces for its joiners."""
    found = dict.fromkeys(
        reading.strip()
        for written in (folded, apart, folded.replace("-", " "))
        for signed in (written, DECIMAL_SIGN.sub(lambda sign: _OTHER_SIGN[sign[0]], written))
        for reading in _numbers_apart(signed)
    )
    found.pop(folded, None)
    return tuple(filter(None, found))[:MOST_READINGS]


def _numbers_apart(written: str) -> Iterator[str]:
    yield written
    ends = _NUMBER_ENDS.sub(" ", written)
    yield ends
    yield _NUMBER_BEGINS.sub(" ", written)
    yield _NUMBER_BEGINS.sub(" ", ends)
