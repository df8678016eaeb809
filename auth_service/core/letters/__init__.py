"""What the mails say: one template per letter and language, written once for both of its forms.

A letter's template has a subject and a body of paragraphs. It is rendered twice, as plain text and
as HTML, so that both say the same: ``strong`` and ``link`` are what differs.

    LETTERS["reservation_made"]                       its facts, and whether it is sent by choice
    write("reservation_made", Language.GERMAN, facts)  subject, text and html
"""

from auth_service.core.letters.kinds import LETTERS, LetterKind
from auth_service.core.letters.writing import FactsMissing, Letter, write

__all__ = ["LETTERS", "FactsMissing", "Letter", "LetterKind", "write"]
