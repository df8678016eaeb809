"""Short keys cost as much for each letter of a long run as for those of a short one.

Text of scripts that part no words is one run up to its next sign. ``substr`` counts to its place
from the beginning: a run of 24,000 letters, which 4,000 signs such as ㌕ are once folded, took
seconds at each change of its offer. The keys are the same.
"""

from importlib import import_module

from alembic import op

revision = "0065"
down_revision = "0058"
branch_labels = None
depends_on = None

_BEFORE = import_module("catalog_service.models.migrations.versions.v0050_one_index_for_searches")

_BY_PLACE = rf"""
                SELECT substr(run, place, size)
                FROM regexp_split_to_table(folded, '[^{_BEFORE.WIDE}]+') AS run,
                    generate_series(1, length(run)) AS place, generate_series(1, 2) AS size
                WHERE place + size <= length(run) + 1
"""  # noqa: S608
_BY_LETTER = rf"""
                SELECT unnest(CASE WHEN follower IS NULL THEN ARRAY[letter]
                    ELSE ARRAY[letter, letter || follower] END)
                FROM (
                    SELECT letter,
                        lead(letter) OVER (PARTITION BY number ORDER BY place) AS follower
                    FROM regexp_split_to_table(folded, '[^{_BEFORE.WIDE}]+')
                            WITH ORDINALITY AS runs (run, number),
                        unnest(string_to_array(run, NULL))
                            WITH ORDINALITY AS letters (letter, place)
                ) AS pairs
"""  # noqa: S608
_REPLACED = _BEFORE.SHORT_KEYS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
SHORT_KEYS = _REPLACED.replace(_BY_PLACE, _BY_LETTER)


def upgrade() -> None:
    """Write the function anew; what is indexed stays right."""
    op.execute(SHORT_KEYS)


def downgrade() -> None:
    """As it was."""
    op.execute(_REPLACED)
