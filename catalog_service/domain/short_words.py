"""Words of one and two letters, of which trigrams tell nothing.

Stored text has keys in an index: of each word its first letter and its first two; in scripts that
part no words, and of emoji, each one and each pair; each sign::

    rye 面包房      r ry 面 包 房 面包 包房

In an alphabet a short word is meant as a beginning: *or* is in *orange*, and not in *corn*.
A number with a unit is one word, however it is written: *1.5l* is in *1,5 l*, *2 kg* not in *12kg*.
"""

import re
from collections.abc import Iterator
from typing import Final

LETTERS_OF_A_TRIGRAM: Final = 3
_PUNCTUATION: Final = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u206f\u2e00-\u2e7f"
    r"\u3000-\u303f\uff00-\uff0f"
)
_WIDE: Final = (
    r"\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u3005-\u3007\u3041-\u30ff\u3105-\u312f"
    r"\u3400-\u9fff\ua9e0-\ua9ff\uac00-\ud7a3\uf900-\ufaff\U0001f000-\U0003ffff"
)
_UNITS: Final = "kg g mg l ml cl dl cm oz lb кг г гр мг л мл"
_DECIMAL_SIGNS: Final = "[.,٫]"
_QUANTITY: Final = re.compile(
    rf"(\d+)(?:{_DECIMAL_SIGNS}(\d+))? ?({_UNITS.replace(' ', '|')})", re.IGNORECASE
)
_RUNS: Final = re.compile(f"(?P<wide>[{_WIDE}]+)|(?P<word>[^{_PUNCTUATION}{_WIDE}]+)")


def is_quantity(word: str) -> bool:
    """Whether it is a number with a unit, such as 500g and 1,5 l."""
    return _QUANTITY.fullmatch(word) is not None


def beginning(folded: str) -> str:
    """The regular expression that finds it as a beginning; "" for words that occur anywhere."""
    quantity = _QUANTITY.fullmatch(folded)
    if quantity is not None:
        whole, part, unit = quantity.groups()
        number = whole if part is None else f"{whole}{_DECIMAL_SIGNS}{part}"
        return f"(^|[{_PUNCTUATION}{_WIDE}]){number} ?{unit}"
    run = _RUNS.fullmatch(folded)
    if run is None or len(folded) >= LETTERS_OF_A_TRIGRAM or run["word"] is None:
        return ""
    return f"(^|[{_PUNCTUATION}{_WIDE}]){folded}"


def keys(folded: str) -> list[str]:
    """Keys of all text that a word is in; none where trigrams tell more."""
    quantity = _QUANTITY.fullmatch(folded)
    if quantity is not None:
        return [quantity[1]] if unit_keys(folded) else []
    runs = list(_RUNS.finditer(folded))
    if not runs:
        return list(dict.fromkeys(folded))
    if any(len(run[0]) >= LETTERS_OF_A_TRIGRAM for run in runs):
        return []
    if beginning(folded):
        return [folded]
    return list(dict.fromkeys(key for run in runs for key in _keys(run)))


def unit_keys(folded: str) -> list[str]:
    """Keys of which all text has one that a quantity with one digit before its unit is in.

    *2k* of 2kg and *kg* of 2 kg; for half of all offers have a 2. Of more digits trigrams tell.
    """
    quantity = _QUANTITY.fullmatch(folded)
    if quantity is None:
        return []
    whole, part, unit = quantity.groups()
    digits = whole if part is None else part
    is_short = len(whole) == 1 and len(digits) == 1
    return [digits + unit[0], unit[:2]] if is_short else []


def _keys(run: re.Match[str]) -> Iterator[str]:
    text = run[0]
    if run["wide"] is not None:
        yield from text
        yield from (text[place : place + 2] for place in range(len(text) - 1))
    elif run.start() > 0:  # what is typed first may be the end of a longer word
        yield text[:1]
        if not (text[0].isdigit() and text[1:].isalpha()):  # 2x may stand as 2 x
            yield text[:2]
