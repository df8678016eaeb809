"""What `est` borrows from the services: their databases and the password hasher."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from auth_service.core.passwords import PasswordHasher
from auth_service.core.settings import SAFE_BCRYPT_COST
from est.errors import DatabaseUnreachable, OperatorError
from est.settings import Settings
from shared.database import Database, reason_of
from shared.database.url import read_database_url
from shared.errors import ServiceUnreachable, TimedOut, Unavailable


@asynccontextmanager
async def database(url: str, setting: str) -> AsyncIterator[Database]:
    """Give the database at a URL; raises `DatabaseUnreachable` naming the setting."""
    # what use cases log is no result of a command
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    address = read_database_url(url)
    opened = Database(address, pool_size=2)
    try:
        await opened.require()
        yield opened
    except ServiceUnreachable as error:
        raise DatabaseUnreachable(str(error).replace("DATABASE_URL", setting)) from error
    except (Unavailable, TimedOut) as error:
        raise DatabaseUnreachable(
            f"cannot use the database at {address}: {reason_of(error)} (set by {setting})"
        ) from error
    finally:
        await opened.dispose()


def passwords(settings: Settings) -> PasswordHasher:
    """Return a hasher that works as auth's does; raises `OperatorError` where that is unsafe."""
    cost = settings.bcrypt_cost or SAFE_BCRYPT_COST
    if cost < SAFE_BCRYPT_COST and not settings.is_dev:
        raise OperatorError(f"BCRYPT_COST: must be at least {SAFE_BCRYPT_COST} unless ENV=dev.")
    return PasswordHasher(cost, workers=1)
