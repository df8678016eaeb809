"""SQL in, domain objects out. Functions take a connection and never commit.

Reads run on an autocommit connection with ``now()``; writes decide by ``clock_timestamp()``, the
moment at which they hold the row. Locks are always taken in this order, so that no two
transactions wait for each other: accounts, places, offers (by id), reservations (by id), statistics
(by offer and day).
"""
