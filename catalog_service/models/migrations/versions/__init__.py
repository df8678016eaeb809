"""The revisions of the alembic history of est_catalog, one a file.

A number names a revision, and databases keep it: it is never changed or used again. The order is
in ``down_revision`` alone. Some were made side by side and joined as they came; between 0012 and
0057 they follow one another as 0030, 0031, 0020, 0040, 0032, 0033, 0021, 0041, 0070, 0050, 0075,
0076, 0053, 0077, 0054, 0056. A new revision takes a number above 0077.
"""
