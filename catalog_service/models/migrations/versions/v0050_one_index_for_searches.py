"""Words, tags and diets in one index; words of one and two letters are found through it, too.

Offers are found by the kind of their place.

Several conditions are intersected in the index before any row is looked at: two tags and a word
that never go together cost a few milliseconds, not a hundred thousand rows.
"""

from importlib import import_module

from alembic import op

revision = "0050"
down_revision = "0070"
branch_labels = None
depends_on = None

_BEFORE = import_module("catalog_service.models.migrations.versions.v0040_searching_further")

# Scripts that part no words, and signs such as emoji: every one of them may be looked for.
WIDE = (
    r"\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u3005-\u3007\u3041-\u30ff\u3105-\u312f"
    r"\u3400-\u9fff\ua9e0-\ua9ff\uac00-\ud7a3\uf900-\ufaff\U0001f000-\U0003ffff"
)
PLAIN = r" abcdefghijklmnopqrstuvwxyz0123456789"
# Trigrams tell nothing of shorter words. "rye 面包房" has the keys
#     r ry 面 包 房 面包 包房
# each word's first letter and two, of scripts without spaces each letter and pair, and each sign.
SHORT_KEYS = rf"""
    CREATE FUNCTION public.catalog_short_keys(folded text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
        IF octet_length(folded) = length(folded) THEN  -- ASCII
            RETURN (
                SELECT array_agg(DISTINCT key) FROM (
                    SELECT left(word, size)
                    FROM regexp_split_to_table(folded, '[{_BEFORE.SIGNS}]+') AS word,
                        generate_series(1, 2) AS size
                    WHERE length(word) >= size
                    UNION ALL
                    SELECT unnest(string_to_array(translate(folded, '{PLAIN}', ''), NULL))
                ) AS keys (key));
        END IF;
        RETURN (
            SELECT array_agg(DISTINCT key) FROM (
                SELECT left(word, size)
                FROM regexp_split_to_table(folded, '[{_BEFORE.SIGNS}{WIDE}]+') AS word,
                    generate_series(1, 2) AS size
                WHERE length(word) >= size
                UNION ALL
                SELECT substr(run, place, size)
                FROM regexp_split_to_table(folded, '[^{WIDE}]+') AS run,
                    generate_series(1, length(run)) AS place, generate_series(1, 2) AS size
                WHERE place + size <= length(run) + 1
                UNION ALL
                SELECT unnest(string_to_array(
                    regexp_replace(folded, '[^{_BEFORE.SIGNS}]+|\s+', '', 'g'), NULL))
            ) AS keys (key));
    END $$
"""  # noqa: S608
PRESENT = "WHERE deleted_at IS NULL"
UP = (
    SHORT_KEYS,
    f"""
    CREATE INDEX ix_offers_found ON offers USING gin (
        search_text gin_trgm_ops, search_title gin_trgm_ops, tag_keys, diets,
        catalog_short_keys(search_text)
    ) {PRESENT}
    """,
    # so that the planner knows which short words are frequent
    "CREATE STATISTICS st_offers_short_keys ON (catalog_short_keys(search_text)) FROM offers",
    "CREATE INDEX ix_places_category ON places (category)",
    *(f"DROP INDEX ix_offers_{name}" for name in ("tags", "diets", "search", "title")),
)
DOWN = (
    "DROP INDEX ix_places_category",
    "DROP STATISTICS st_offers_short_keys",
    f"CREATE INDEX ix_offers_title ON offers USING gin (search_title gin_trgm_ops) {PRESENT}",
    f"CREATE INDEX ix_offers_search ON offers USING gin (search_text gin_trgm_ops) {PRESENT}",
    f"CREATE INDEX ix_offers_diets ON offers USING gin (diets) {PRESENT}",
    f"CREATE INDEX ix_offers_tags ON offers USING gin (tag_keys) {PRESENT}",
    "DROP INDEX ix_offers_found",
    "DROP FUNCTION catalog_short_keys(text)",
)


def upgrade() -> None:
    """Add the one index, drop what it replaces."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Four indexes again."""
    for statement in DOWN:
        op.execute(statement)
