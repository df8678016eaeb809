"""Makes an administrator, through auth's own use case."""

from __future__ import annotations

from auth_service.domain.errors import AuthError
from auth_service.services.create_admin import create_admin as create
from est.errors import OperatorError
from est.migrations import migrate_all
from est.run.databases import DatabaseUrls
from est.services import database, passwords
from est.settings import Settings


async def create_admin(settings: Settings, urls: DatabaseUrls, email: str, password: str) -> None:
    """Store a verified admin; raises `OperatorError` with what is wrong with settings,
    address or password.

    The database is migrated first: the first admin is often made before anything has run.
    """
    hasher = passwords(settings)
    await migrate_all(urls, ("auth",))
    async with database(urls.auth, "AUTH_DATABASE_URL") as auth:
        try:
            await create(auth, hasher, email, password)
        except AuthError as fault:
            raise OperatorError(str(fault)) from fault
        finally:
            hasher.close()
