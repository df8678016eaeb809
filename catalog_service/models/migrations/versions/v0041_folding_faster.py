"""Folding costs a fifth: the same results, by functions that start at once.

A function in SQL that is not inlined starts an executor at each call, four times for each offer.
Text in ASCII, which most of it is, needs a lower case and no more.
"""

from importlib import import_module

from alembic import op

revision = "0041"
down_revision = "0021"
branch_labels = None
depends_on = None

_BEFORE = import_module("catalog_service.models.migrations.versions.v0040_searching_further")
_BODY = _BEFORE.FOLD.partition("SELECT ")[2].rpartition("$$")[0]

FOLD = f"""
    CREATE OR REPLACE FUNCTION public.catalog_fold(given text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
        IF octet_length(given) = length(given) THEN  -- ASCII
            RETURN translate(lower(given), '`', E'\\x27');
        END IF;
        RETURN {_BODY};
    END $$
"""
SPELLINGS = r"""
    CREATE OR REPLACE FUNCTION public.catalog_spellings(given text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        folded text := public.catalog_fold(given);
        made text := folded;
    BEGIN
        IF octet_length(given) > length(given) AND normalize(given, NFKC) ~* '[äöüøå]' THEN
            made := made || ' ' || public.catalog_spell_out(given);
        END IF;
        IF folded ~ '[aou]e|aa' THEN
            made := made || ' '
                || replace(regexp_replace(folded, '([aou])e', '\1', 'g'), 'aa', 'a');
        END IF;
        IF strpos(folded, E'\x27') > 0 THEN
            made := made || ' ' || replace(folded, E'\x27', '');
        END IF;
        RETURN made;
    END $$
"""


def upgrade() -> None:
    """Write both functions anew; what is stored stays right."""
    op.execute(FOLD)
    op.execute(SPELLINGS)


def downgrade() -> None:
    """As they were."""
    op.execute(_BEFORE.FOLD)
    op.execute(_BEFORE.SPELLINGS)
