"""What admins' lists of accounts and of the audit log cost, at ten thousand rows and at a million.

::

    python -m benchmarks.accounts                            # makes both databases, a few minutes
    python -m benchmarks.accounts --urls SMALL LARGE         # two that are there
    python -m benchmarks.accounts load --url postgresql://…  # fills one that is migrated and empty
"""
