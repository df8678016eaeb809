"""Search as people type: what a keyboard leaves out makes no difference.

What is searched holds each text in up to three spellings, and what is typed in one:

    Käse   →  kase kaese          so that kase, käse and kaese find it
    Kaese  →  kaese kase          so that käse finds it
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Marks that people leave out: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs
# and the stretching of letters. Signs of Indic and Thai scripts are letters, and stay.
MARKS = (
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
APOSTROPHES = r"[\u2018\u2019\u201b\u02bc\u02b9\u2032\u00b4\u0060\u05f3]"

# Schemas are written out: a dump is restored without a search path.
FOLD = rf"""
    CREATE FUNCTION public.catalog_fold(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT normalize(translate(
            replace(replace(replace(replace(replace(
                regexp_replace(regexp_replace(
                    lower(normalize(lower(given), NFKD)), '{MARKS}', '', 'g'),
                    '{APOSTROPHES}', '''', 'g'),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ĳ', 'ij'),
            'øłđðħıŧς', 'olddhitσ'), NFKC)
    $$
"""
SPELL_OUT = """
    CREATE FUNCTION public.catalog_spell_out(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT public.catalog_fold(
            replace(replace(replace(replace(replace(
                lower(normalize(given, NFKC)),
                'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ø', 'oe'), 'å', 'aa'))
    $$
"""
TEXT = """
    CREATE OR REPLACE FUNCTION catalog_search_text(title text, body text, tags text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT public.catalog_spellings(
            coalesce(title, '') || ' ' || coalesce(body, '') || ' '
            || coalesce(array_to_string(tags, ' '), ''))
    $$
"""
SPELLINGS = """
    CREATE FUNCTION public.catalog_spellings(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT public.catalog_fold(given)
            || CASE WHEN normalize(given, NFKC) ~* '[äöüøå]'
                THEN ' ' || public.catalog_spell_out(given) ELSE '' END
            || CASE WHEN public.catalog_fold(given) ~ '[aou]e|aa'
                THEN ' ' || replace(regexp_replace(
                    public.catalog_fold(given), '([aou])e', '\\1', 'g'), 'aa', 'a')
                ELSE '' END
    $$
"""
PATTERN = r"""
    CREATE OR REPLACE FUNCTION catalog_search_pattern(term text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT '%' || regexp_replace(public.catalog_fold(term), '([\\%_])', '\\\1', 'g') || '%'
    $$
"""
AS_BEFORE = (
    """
    CREATE OR REPLACE FUNCTION catalog_search_text(title text, body text, tags text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT lower(normalize(
            coalesce(title, '') || ' ' || coalesce(body, '') || ' '
            || coalesce(array_to_string(tags, ' '), ''), NFKC))
    $$
    """,
    r"""
    CREATE OR REPLACE FUNCTION catalog_search_pattern(term text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT '%' || regexp_replace(lower(normalize(term, NFKC)), '([\\%_])', '\\\1', 'g') || '%'
    $$
    """,
)
# What was made with the functions is made anew.
ANEW = (
    "ALTER TABLE offers DROP COLUMN search_text",
    """
    ALTER TABLE offers ADD COLUMN search_text text NOT NULL
        GENERATED ALWAYS AS (catalog_search_text(title, description, tags)) STORED
    """,
    """
    CREATE INDEX ix_offers_search ON offers USING gin (search_text gin_trgm_ops)
        WHERE deleted_at IS NULL
    """,
    "REINDEX INDEX ix_places_search",
)
UP = (FOLD, SPELL_OUT, SPELLINGS, TEXT, PATTERN, *ANEW)
DOWN = (
    *AS_BEFORE,
    *ANEW,
    "DROP FUNCTION public.catalog_spellings(text)",
    "DROP FUNCTION public.catalog_spell_out(text)",
    "DROP FUNCTION public.catalog_fold(text)",
)


def upgrade() -> None:
    """Fold more, and make anew what was folded before."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Fold as before."""
    for statement in DOWN:
        op.execute(statement)
