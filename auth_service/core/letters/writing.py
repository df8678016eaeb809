"""From a template and facts to a letter."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from auth_service.core.letters.formats import Formats
from auth_service.core.letters.kinds import LETTERS
from auth_service.domain.user import Language

Fact = str | int | None

_LONGEST_SUBJECT: Final = 200
_BETWEEN_PARAGRAPHS: Final = re.compile(r"\n\s*\n")
_DOTS: Final = ".\u2024\u3002\ufe52\uff0e\uff61"
"""What stands between the labels of a domain, also where browsers only read it as a dot."""
_MAKES_A_LINK: Final = re.compile(
    rf"""
    [{_DOTS}](?=[^\s\d{_DOTS},;:!?)\]"'»”’])  # evil.example, but not "A. B.", "2.50" or "Co.,"
    | :(?=/)                                 # https://evil
    | \\(?=\\)                               # \\\\evil\share
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject, and its text in both forms."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class FactsMissing(Exception):
    """What must stand in a letter was not given."""


def write(
    name: str, language: Language, facts: Mapping[str, Fact], unsubscribe: str | None = None
) -> Letter:
    """The letter ``name``. ``unsubscribe``: the link by which its reader declines such letters.

    Raises ``FactsMissing``.
    """
    kind = LETTERS[name]
    if missing := kind.missing(facts):
        raise FactsMissing(f"{name}: {', '.join(sorted(missing))}")
    given: dict[str, Fact] = {
        key: _told(fact, by_others=key in kind.by_others) if isinstance(fact, str) else fact
        for key in kind.facts | kind.optional
        for fact in [facts.get(key)]
    }
    plain, rich = environment(language, html=False), environment(language, html=True)
    subject = _block(plain, language, name, "subject", given)
    footer = {"unsubscribe": unsubscribe}
    text = [
        *_paragraphs(_block(plain, language, name, "body", given)),
        *_paragraphs(_block(plain, language, "_footer", "body", footer)),
    ]
    marked = [
        *_paragraphs(_block(rich, language, name, "body", given)),
        *_paragraphs(_block(rich, language, "_footer", "body", footer)),
    ]
    page = rich.get_template("page.html.j2")
    html = page.render(
        language=language.value,
        subject=subject,
        paragraphs=[Markup("<br>\n".join(each.splitlines())) for each in marked],  # noqa: S704  escaped by the template
    )
    return Letter(_one_line(subject)[:_LONGEST_SUBJECT], "\n\n".join(text) + "\n", html)


@cache
def environment(language: Language, *, html: bool) -> Environment:
    """Templates of a language in one of the forms; the HTML form escapes every fact."""
    made = Environment(
        loader=PackageLoader("auth_service.core.letters"),
        autoescape=html,  # noqa: S701  plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    formats = Formats(language)
    made.globals.update(
        window=formats.window,
        money=formats.money,
        moment=formats.moment,
        strong=_html_strong if html else str,
        link=_html_link if html else str,
    )
    return made


def _block(
    environment: Environment,
    language: Language,
    name: str,
    block: str,
    given: Mapping[str, Fact],
) -> str:
    template = environment.get_template(f"{language.value}/{name}.j2")
    context = template.new_context(dict(given))
    return "".join(template.blocks[block](context))


def _paragraphs(body: str) -> list[str]:
    lines = "\n".join(line.strip() for line in body.strip().splitlines())
    return [each for each in _BETWEEN_PARAGRAPHS.split(lines) if each]


def _told(fact: str, *, by_others: bool) -> str:
    """A fact as it stands in a letter.

    Mail programs make links of what looks like one. A place could be called so, and our mail would
    lead whomever it invites to somebody else's page: a space in it, and it is text.
    """
    line = _one_line(fact)
    return _MAKES_A_LINK.sub(r"\g<0> ", line) if by_others else line


def _one_line(text: str) -> str:
    """Text of people makes no header, no paragraph and nothing that is not seen."""
    words = " ".join(text.split())
    return "".join(each for each in words if unicodedata.category(each) not in {"Cc", "Cs"})


def _html_strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def _html_link(url: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, url)
