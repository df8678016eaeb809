r"""Accounts are found as offers are: "mueller" finds Müller, "muller" Mueller, "soren" Søren.

What is searched holds up to three spellings: without marks (muller), spelled out (mueller), and
with spelled-out umlauts drawn together. What is typed has one, so a word stays one condition.
"""

from importlib import import_module

from alembic import op

revision = "0040"
down_revision = "0031"
branch_labels = None
depends_on = None

_BEFORE = import_module("auth_service.models.migrations.versions.v0011_administration")
_FIRST_FOLD, _FIRST_TEXT = (
    next(each for each in _BEFORE.UP if f"FUNCTION public.{name}(" in each).replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
    )
    for name in ("auth_fold", "auth_search_text")
)
_INDEX = next(each for each in _BEFORE.UP if "INDEX ix_users_search" in each)

# Schemas are written out: a dump is restored without a search path.
_FOLD = r"""
    CREATE OR REPLACE FUNCTION public.auth_fold(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT translate(
            replace(replace(replace(replace(
                regexp_replace(lower(normalize(lower(given), NFKD)), '[\u0300-\u036f]', '', 'g'),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
            'øłđðħı‘’ʼ`', E'olddhi\x27\x27\x27\x27')
    $$
"""
_TEXT = r"""
    CREATE OR REPLACE FUNCTION public.auth_search_text(email text, name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT folded
            || CASE WHEN typed ~ '[äöüøå]'
                THEN ' ' || public.auth_fold(
                    replace(replace(replace(replace(replace(
                        typed, 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ø', 'oe'), 'å', 'aa'))
                ELSE '' END
            || CASE WHEN folded ~ '[aou]e|aa'
                THEN ' ' || replace(regexp_replace(folded, '([aou])e', '\1', 'g'), 'aa', 'a')
                ELSE '' END
        FROM (
            SELECT given, lower(normalize(given, NFKC)) AS typed, public.auth_fold(given) AS folded
            FROM (SELECT email || ' ' || coalesce(name, '') AS given) AS whole
        ) AS once
    $$
"""


def upgrade() -> None:
    """Fold more, and make the index anew."""
    _replace(_FOLD, _TEXT)


def downgrade() -> None:
    """Fold as before."""
    _replace(_FIRST_FOLD, _FIRST_TEXT)


def _replace(fold: str, text: str) -> None:
    op.execute("DROP INDEX ix_users_search")
    op.execute(fold)
    op.execute(text)
    op.execute(_INDEX)
