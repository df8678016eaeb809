"""Searches forgive a typing error, show the best first and know diets, discounts and boxes.

What is searched is folded further, and stored by what it is: the title on its own (for the rank),
tags one by one, a place's name. ``search_words`` holds every word there is, so that one typed with
an error is found by what it may have meant. Amounts have up to three decimals, as ISO 4217 says.
"""

from importlib import import_module

from alembic import op

revision = "0040"
down_revision = "0020"
branch_labels = None
depends_on = None

_BEFORE = import_module("catalog_service.models.migrations.versions.v0012_folded_search")

# Left out on both sides: marks as before, signs that nobody types (soft hyphen, joiners, variation
# selectors, skin tones, the Catalan dot), the nukta of Hindi.
MARKS = _BEFORE.MARKS[:-1] + (
    r"\u00ad\u00b7\u093c\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)
# Written alike: hiragana as katakana; Arabic alef, yeh, kaf, teh marbuta and digits in one form
# each; Ukrainian ґ as г; candrabindu as anusvara; any dash as a hyphen.
HIRAGANA = "".join(map(chr, range(0x3041, 0x3097)))
KATAKANA = "".join(map(chr, range(0x30A1, 0x30F7)))
ARABIC = "ٱىیکةە٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
ARABIC_AS = "اييكهه01234567890123456789"
OTHERS, OTHERS_AS = "øłđðħıŧςґँ‐‑‒–—―−", "olddhitσгं-------"
LETTERS, LETTERS_AS = HIRAGANA + ARABIC + OTHERS, KATAKANA + ARABIC_AS + OTHERS_AS

FOLD = rf"""
    CREATE OR REPLACE FUNCTION public.catalog_fold(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT normalize(translate(
            replace(replace(replace(replace(replace(
                regexp_replace(regexp_replace(
                    lower(normalize(lower(given), NFKD)), '{MARKS}', '', 'g'),
                    '{_BEFORE.APOSTROPHES}', '''', 'g'),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ĳ', 'ij'),
            '{LETTERS}', '{LETTERS_AS}'), NFKC)
    $$
"""
# One more spelling, without apostrophes: "Zoe's" is found by "zoes".
SPELLINGS = r"""
    CREATE OR REPLACE FUNCTION public.catalog_spellings(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT folded
            || CASE WHEN normalize(given, NFKC) ~* '[äöüøå]'
                THEN ' ' || public.catalog_spell_out(given) ELSE '' END
            || CASE WHEN folded ~ '[aou]e|aa'
                THEN ' ' || replace(regexp_replace(folded, '([aou])e', '\1', 'g'), 'aa', 'a')
                ELSE '' END
            || CASE WHEN strpos(folded, E'\x27') > 0
                THEN ' ' || replace(folded, E'\x27', '') ELSE '' END
        FROM (SELECT public.catalog_fold(given) AS folded) AS once
    $$
"""
# What parts words: everything of ASCII and of the punctuation blocks that is no letter or digit.
FURTHER = (
    r"\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f\uff00-\uff0f"
)
SIGNS = r"\u0001-\u002f\u003a-\u0040" + FURTHER
NO_JOINTS = r"\u0001-\u0026\u0028-\u002c\u002e-\u0040" + FURTHER  # all but ' and -
NOTE = "INSERT INTO public.search_words (word) SELECT DISTINCT word"
ONCE = "ORDER BY word ON CONFLICT DO NOTHING"  # in one order, so that two writers do not deadlock
FUNCTIONS = (
    # ' rye bread ': words stand between spaces, so that a whole one is told from a part.
    rf"""
    CREATE FUNCTION public.catalog_spaced(folded text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT ' ' || regexp_replace(folded, '[{SIGNS}]+', ' ', 'g') || ' '
    $$
    """,
    """
    CREATE FUNCTION public.catalog_search_title(title text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT public.catalog_spaced(public.catalog_spellings(title))
    $$
    """,
    # Each tag as it is stored and in the spellings of its text; plain ones have no other.
    r"""
    CREATE FUNCTION public.catalog_tag_keys(tags text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN given ~ '^[\u0001-\u007f]*$' AND given !~ '[aou]e|aa' THEN tags
            ELSE tags || string_to_array(public.catalog_fold(given), E'\x1f')
                || string_to_array(public.catalog_spell_out(given), E'\x1f')
                || string_to_array(replace(regexp_replace(
                    public.catalog_fold(given), '([aou])e', '\1', 'g'), 'aa', 'a'), E'\x1f')
            END
        FROM (SELECT array_to_string(tags, E'\x1f') AS given) AS joined
    $$
    """,
    r"""
    CREATE FUNCTION public.catalog_tag_query(tags text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT string_to_array(public.catalog_fold(array_to_string(tags, E'\x1f')), E'\x1f')
    $$
    """,
    # The words of folded text that can be mistyped, with and without what apostrophes and hyphens
    # join: "domino's" is one word, and two.
    rf"""
    CREATE FUNCTION public.catalog_words(folded text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array(
            SELECT word FROM regexp_split_to_table(folded, '[{SIGNS}0-9]+') AS word
            WHERE length(word) <= 40 AND length(normalize(word, NFD)) >= 4
            UNION
            SELECT word FROM (
                SELECT trim(both E'\x27-' FROM part) AS word
                FROM regexp_split_to_table(
                    CASE WHEN folded ~ '[''-]' THEN folded ELSE '' END, '[{NO_JOINTS}]+') AS part
            ) AS joined
            WHERE length(word) BETWEEN 4 AND 40 AND word ~ '[''-]')
    $$
    """,  # noqa: S608
    # Two words that are one typing error apart share one of these: the first letters, and they
    # with one letter less (as SymSpell does). Hangul counts by its letters, not by syllables.
    """
    CREATE FUNCTION public.catalog_typo_keys(word text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array(
            SELECT overlay(start PLACING '' FROM place FOR 1)
            FROM (SELECT left(normalize(word, NFD), 7) AS start) AS key,
                generate_series(1, length(start) + 1) AS place
            WHERE length(start) >= 4)
    $$
    """,
    f"""
    CREATE FUNCTION public.catalog_note_new_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {NOTE} FROM made, unnest(public.catalog_words(search_text)) AS word {ONCE};
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE FUNCTION public.catalog_note_changed_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {NOTE} FROM unnest(public.catalog_words(NEW.search_text)) AS word {ONCE};
        RETURN NULL;
    END $$
    """,
)
WORDS = (
    "CREATE TABLE search_words (word text NOT NULL, CONSTRAINT pk_search_words PRIMARY KEY (word))",
    """
    CREATE INDEX ix_search_words_typos ON search_words USING gin (catalog_typo_keys(word))
    """,
)
LISTED = "WHERE status = 'active' AND deleted_at IS NULL"
PRESENT = "WHERE deleted_at IS NULL"
OFFERS = (
    "ALTER TABLE offers DROP COLUMN search_text",
    # one ALTER TABLE: the table is written anew once
    """
    ALTER TABLE offers
        ALTER COLUMN price_amount TYPE numeric(13, 3),
        ALTER COLUMN original_price_amount TYPE numeric(13, 3),
        ADD COLUMN diets text[] NOT NULL DEFAULT '{}',
        ADD COLUMN search_text text NOT NULL
            GENERATED ALWAYS AS (catalog_search_text(title, description, tags)) STORED,
        ADD COLUMN search_title text NOT NULL
            GENERATED ALWAYS AS (catalog_search_title(title)) STORED,
        ADD COLUMN tag_keys text[] NOT NULL GENERATED ALWAYS AS (catalog_tag_keys(tags)) STORED
    """,
    # apart: a generated column cannot name one whose type the same statement changes
    """
    ALTER TABLE offers ADD COLUMN discount numeric(7, 4) NOT NULL GENERATED ALWAYS AS (
        CASE WHEN original_price_amount > 0
            THEN trunc(100 * (original_price_amount - price_amount) / original_price_amount, 4)
            ELSE 0 END) STORED
    """,
    "DROP INDEX ix_offers_tags",
    f"CREATE INDEX ix_offers_tags ON offers USING gin (tag_keys) {PRESENT}",
    "ALTER TABLE offers ALTER COLUMN tag_keys SET STATISTICS 1000",
    "ALTER TABLE offers ALTER COLUMN tags SET STATISTICS -1",
    f"CREATE INDEX ix_offers_diets ON offers USING gin (diets) {PRESENT}",
    f"CREATE INDEX ix_offers_search ON offers USING gin (search_text gin_trgm_ops) {PRESENT}",
    f"CREATE INDEX ix_offers_title ON offers USING gin (search_title gin_trgm_ops) {PRESENT}",
    f"""
    CREATE INDEX ix_offers_listed_by_discount
        ON offers (discount, id, pickup_end, pickup_start) {LISTED}
    """,
    f"""
    CREATE INDEX ix_offers_place_discount
        ON offers (place_id, discount, id, pickup_end, pickup_start) {LISTED}
    """,
)
PLACES = (
    "DROP INDEX ix_places_search",
    """
    ALTER TABLE places
        ADD COLUMN search_text text NOT NULL
            GENERATED ALWAYS AS (catalog_search_text(name, address, NULL)) STORED,
        ADD COLUMN search_name text NOT NULL
            GENERATED ALWAYS AS (catalog_search_title(name)) STORED
    """,
    "CREATE INDEX ix_places_search ON places USING gin (search_text gin_trgm_ops)",
    "CREATE INDEX ix_places_name ON places USING gin (search_name gin_trgm_ops)",
    "CREATE INDEX ix_places_box ON places (latitude, longitude)",
    "CREATE INDEX ix_places_currency ON places (currency)",
)
OTHERS_TABLES = (
    """
    ALTER TABLE reservations
        ALTER COLUMN unit_price TYPE numeric(13, 3),
        ALTER COLUMN original_unit_price TYPE numeric(13, 3),
        ADD COLUMN diets text[] NOT NULL DEFAULT '{}'
    """,
    """
    ALTER TABLE counter_sales
        ALTER COLUMN unit_price TYPE numeric(13, 3),
        ALTER COLUMN original_unit_price TYPE numeric(13, 3)
    """,
    """
    ALTER TABLE offer_stats_daily
        ALTER COLUMN revenue TYPE numeric(17, 3), ALTER COLUMN saved TYPE numeric(17, 3)
    """,
)
TRIGGERS = tuple(
    statement
    for table, columns in (("offers", "title, description, tags"), ("places", "name, address"))
    for statement in (
        f"{NOTE} FROM {table}, unnest(catalog_words(search_text)) AS word {ONCE}",
        f"""
        CREATE TRIGGER note_new_words AFTER INSERT ON {table} REFERENCING NEW TABLE AS made
        FOR EACH STATEMENT EXECUTE FUNCTION catalog_note_new_words()
        """,
        f"""
        CREATE TRIGGER note_changed_words AFTER UPDATE OF {columns} ON {table}
        FOR EACH ROW WHEN (OLD.search_text IS DISTINCT FROM NEW.search_text)
        EXECUTE FUNCTION catalog_note_changed_words()
        """,
    )
)
UP = (FOLD, SPELLINGS, *FUNCTIONS, *WORDS, *OFFERS, *PLACES, *OTHERS_TABLES, *TRIGGERS)
DOWN = (
    *(f"DROP TRIGGER note_new_words ON {table}" for table in ("offers", "places")),
    *(f"DROP TRIGGER note_changed_words ON {table}" for table in ("offers", "places")),
    "DROP TABLE search_words",
    """
    ALTER TABLE offer_stats_daily
        ALTER COLUMN revenue TYPE numeric(16, 2), ALTER COLUMN saved TYPE numeric(16, 2)
    """,
    """
    ALTER TABLE counter_sales
        ALTER COLUMN unit_price TYPE numeric(12, 2),
        ALTER COLUMN original_unit_price TYPE numeric(12, 2)
    """,
    """
    ALTER TABLE reservations DROP COLUMN diets,
        ALTER COLUMN unit_price TYPE numeric(12, 2),
        ALTER COLUMN original_unit_price TYPE numeric(12, 2)
    """,
    "DROP INDEX ix_places_currency",
    "DROP INDEX ix_places_box",
    "ALTER TABLE places DROP COLUMN search_name, DROP COLUMN search_text",
    "ALTER TABLE offers DROP COLUMN discount",
    """
    ALTER TABLE offers DROP COLUMN diets, DROP COLUMN search_title, DROP COLUMN tag_keys,
        ALTER COLUMN price_amount TYPE numeric(12, 2),
        ALTER COLUMN original_price_amount TYPE numeric(12, 2)
    """,
    f"CREATE INDEX ix_offers_tags ON offers USING gin (tags) {PRESENT}",
    "ALTER TABLE offers ALTER COLUMN tags SET STATISTICS 1000",
    "DROP FUNCTION catalog_note_changed_words()",
    "DROP FUNCTION catalog_note_new_words()",
    "DROP FUNCTION catalog_typo_keys(text)",
    "DROP FUNCTION catalog_words(text)",
    "DROP FUNCTION catalog_tag_query(text[])",
    "DROP FUNCTION catalog_tag_keys(text[])",
    "DROP FUNCTION catalog_search_title(text)",
    "DROP FUNCTION catalog_spaced(text)",
    *(
        statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        for statement in (_BEFORE.SPELLINGS, _BEFORE.FOLD)
    ),
    # made again with what is folded as before
    *_BEFORE.ANEW[:-1],
    """
    CREATE INDEX ix_places_search ON places
        USING gin (catalog_search_text(name, address, NULL) gin_trgm_ops)
    """,
)


def upgrade() -> None:
    """Fold further, add columns and the words."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """As it was."""
    for statement in DOWN:
        op.execute(statement)
