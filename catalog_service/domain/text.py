"""What people may type: bounded text without invisible tricks.

NUL and lone surrogates cannot be stored; bidirectional controls and other invisible control
characters make a title read differently from what it is, so both are refused, not stripped. What
joins letters and emoji (U+200D) shows nothing either, but is needed: only text of nothing else is
refused, where there must be some.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from catalog_service.domain.errors import Violation
from catalog_service.domain.images import is_own
from shared.text import (
    BIDI,
    deceives,
    fault_of_form,
    hides,
    in_one_form,
    is_blank,
)

Path: TypeAlias = tuple[str | int, ...]

MOST_TAGS: Final = 20
MOST_IMAGES: Final = 10
LONGEST_TAG: Final = 40
LONGEST_URL: Final = 2048
_NO_LINE_BREAKS: Final = dict.fromkeys(map(ord, "\n\r\t\u2028\u2029"))
_NO_BIDI: Final = dict.fromkeys(map(ord, BIDI))
_INTERNAL_TOPS: Final = ("local", "localhost", "internal", "lan", "home", "corp", "arpa")


def text_faults(
    path: Path, value: str, longest: int, *, shortest: int = 0, lines: bool = False
) -> Iterable[Violation]:
    """Faults of one text; ``lines`` admits line breaks and tabs."""
    if len(value) > longest:
        yield Violation(path, "TOO_LONG", f"At most {longest} characters.")
        return
    if len(value.strip()) < shortest or (shortest and is_blank(value)):
        yield Violation(path, "TOO_SHORT", _at_least(shortest))
    if deceives(value.translate(_NO_LINE_BREAKS) if lines else value):
        yield Violation(path, "UNPRINTABLE", "Control characters are not allowed.")


def name_faults(path: Path, value: str, longest: int) -> Iterable[Violation]:
    """Faults of what somebody is called by, and known by to others."""
    faults = list(title_faults(path, value, longest))
    if not faults and hides(value):
        faults = [Violation(path, "UNPRINTABLE", "Characters that are not seen are not allowed.")]
    return faults


def title_faults(path: Path, value: str, longest: int) -> Iterable[Violation]:
    """Faults of one line that stands above others, and is kept in one form."""
    faults = list(text_faults(path, value, longest, shortest=1))
    if faults:
        return faults
    fault = fault_of_form(in_one_form(value), longest)
    return [] if fault is None else [Violation(path, *fault)]


def _at_least(shortest: int) -> str:
    return "At least one character." if shortest == 1 else f"At least {shortest} characters."


def without_directions(typed: str) -> str:
    """What was typed to search, without the marks that keyboards of Hebrew and Arabic put in.

    Nobody reads it but the search, so they deceive nobody.
    """
    return typed.translate(_NO_BIDI)


def tags_faults(path: Path, tags: list[str]) -> Iterable[Violation]:
    """Faults of a list of tags."""
    if len(tags) > MOST_TAGS:
        yield Violation(path, "TOO_MANY", f"At most {MOST_TAGS} tags.")
        return
    for index, tag in enumerate(tags):
        yield from text_faults((*path, index), tag, LONGEST_TAG, shortest=1)


def normal_tags(tags: Sequence[str]) -> list[str]:
    """Tags in the form they are stored and searched: NFC, lower case, trimmed, each once.

    Too many stay as they are, for ``tags_faults`` to count: a thousand equal ones are too many.
    """
    if len(tags) > MOST_TAGS:
        return list(tags)
    return list(dict.fromkeys(unicodedata.normalize("NFC", tag).strip().lower() for tag in tags))


def image_url_faults(path: Path, urls: list[str]) -> Iterable[Violation]:
    """Faults of a list of image addresses. They are shown by browsers, never fetched here."""
    if len(urls) > MOST_IMAGES:
        yield Violation(path, "TOO_MANY", f"At most {MOST_IMAGES} images.")
        return
    for index, url in enumerate(urls):
        if not (is_own(url) or _is_public_https(url)):
            yield Violation((*path, index), "NOT_A_PUBLIC_URL", "A public https:// address.")


def website_faults(path: Path, url: str | None) -> Iterable[Violation]:
    """Faults of a place's website, as people write it: https://bäckerei.example/öffnungszeiten.

    Browsers open it, nothing here ever does.
    """
    if url is None:
        return
    is_short = len(url) <= LONGEST_URL  # no megabyte is looked through letter by letter
    if not (is_short and _is_public(_ascii(url), {"https": 443, "http": 80})):
        message = "A public address that begins with https:// or http://."
        yield Violation(path, "NOT_A_PUBLIC_URL", message)


def _ascii(url: str) -> str:
    """Judge an international address by what browsers make of it (wide digits are digits).

    Letters of other scripts stand for themselves; what is no letter there stays, to be refused.
    """
    plain = unicodedata.normalize("NFKC", url)
    return "".join("x" if _is_foreign_letter(char) else char for char in plain)


def _is_foreign_letter(char: str) -> bool:
    """Also a mark on a letter, as Hindi and Thai write vowels, and a digit."""
    return not char.isascii() and unicodedata.category(char)[0] in "LMN"


def _is_public_https(url: str) -> bool:
    return _is_public(url, {"https": 443})


def _is_public(url: str, ports: Mapping[str, int]) -> bool:
    """``ports``: the schemes that are allowed, each with its own port."""
    if (
        len(url) > LONGEST_URL
        or not url.isascii()
        or any(c <= " " or c in '"<>\\^`{|}' for c in url)
    ):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in ports or parts.username is not None:
        return False
    if port not in {None, ports[parts.scheme]}:
        return False
    return _is_public_host(parts.hostname or "")


def _is_public_host(host: str) -> bool:
    """A dotted name with an alphabetic top level.

    That leaves out every spelling of an IP address (dotted, decimal, hexadecimal, IPv6), single
    labels, and the names that resolve inside a network.
    """
    labels = host.split(".")
    top = labels[-1]
    return (
        len(labels) > 1
        and all(labels)
        and all(char.isalnum() or char in "-_" for label in labels for char in label)
        and (top.isalpha() or top.startswith("xn--"))
        and top not in _INTERNAL_TOPS
    )
