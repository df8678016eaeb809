"""Fills empty databases: accounts through auth's own use case, the rest through catalog's."""

from __future__ import annotations

from collections.abc import Callable

from auth_service.domain.user import Role
from auth_service.repository.users import users_by_id
from auth_service.services.seed_accounts import SeedAccount, seed_accounts
from catalog_service.services.load_demo import load_demo as load_catalog
from est.demo.people import CUSTOMERS, EVERYONE, PARTNERS, PASSWORD
from est.errors import OperatorError
from est.migrations import migrate_all
from est.run.databases import DatabaseUrls
from est.services import database, passwords
from est.settings import Settings

LOADED, KEPT, ABSENT = "loaded", "kept", "absent"


async def load_demo(settings: Settings, urls: DatabaseUrls, migrated: Callable[[], None]) -> str:
    """Migrate, call `migrated`, load demo data into empty databases.

    Returns LOADED, KEPT (an earlier run's is there), or ABSENT: somebody's own accounts are there,
    and demo offers would belong to nobody. Raises `OperatorError` unless ENV=dev: everybody knows
    these passwords.
    """
    if not settings.is_dev:
        raise OperatorError("Demo data is loaded with ENV=dev only.")
    await migrate_all(urls)
    migrated()
    accounts = await _load_accounts(settings, urls.auth)
    if accounts == ABSENT:
        return ABSENT
    return LOADED if await _load_catalog(urls.catalog) else accounts


async def _load_accounts(settings: Settings, url: str) -> str:
    async with database(url, "AUTH_DATABASE_URL") as auth:
        async with auth.read() as connection:
            if await users_by_id(connection, [person.id for person in EVERYONE]):
                return KEPT
        hasher = passwords(settings)
        try:
            return LOADED if await seed_accounts(auth, hasher, _accounts()) else ABSENT
        finally:
            hasher.close()


def _accounts() -> list[SeedAccount]:
    return [
        SeedAccount(person.id, person.email, PASSWORD, Role(person.role), person.name)
        for person in EVERYONE
    ]


async def _load_catalog(url: str) -> int:
    async with database(url, "CATALOG_DATABASE_URL") as catalog:
        partners = [person.id for person in PARTNERS]
        return await load_catalog(catalog, partners, [person.id for person in CUSTOMERS])
