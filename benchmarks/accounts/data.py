"""Accounts and audit entries by COPY: the same for the same size, made as they are sent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

SEED = 20261130
ADMINS = 7
YEARS = 3
COLUMNS = (
    "id", "email", "email_canonical", "password_hash", "role", "is_verified", "display_name",
    "language", "suspended_at", "suspension_reason", "is_approved", "created_at", "updated_at",
)  # fmt: skip
AUDIT_COLUMNS = (
    "id", "service", "action", "actor_id", "target_type", "target_id", "reason", "details",
    "created_at",
)  # fmt: skip
FIRST_NAMES = (
    "Anna", "Ben", "Clara", "David", "Émile", "Fatma", "Greta", "Hans", "Ida", "Jürgen", "Karla",
    "Léa", "Mehmet", "Nina", "Oskar", "Paula", "Quentin", "Rosa", "Søren", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Müller", "Schmidt", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann",
    "Koch", "Richter", "Klein", "Wolf", "Neumann", "Schwarz", "Zimmermann", "Braun", "Krüger",
)  # fmt: skip
DOMAINS = ("mail.example", "post.example", "web.example", "firma.example")  # ever rarer
NEW_DOMAIN = "new.example"
"""Only the newest twentieth of all accounts have one here."""
RARE_NAME = "Featherstonehaugh"
RARE_ACTION = "ADMIN_CREATED"
ACTIONS = (
    "OFFER_TAKEN_DOWN", "OFFER_RESTORED", "REPORT_CLOSED", "ACCOUNT_SUSPENDED",
    "ACCOUNT_RESTORED", "PARTNER_APPROVED", "PARTNER_REJECTED", "ROLE_CHANGED",
)  # fmt: skip


def account_id(number: int) -> UUID:
    """The id of an account."""
    return UUID(int=(0xACC << 96) + number)


def account_rows(count: int, now: datetime) -> Iterator[tuple[object, ...]]:
    """Accounts of three years: one in fifty a partner, one in five hundred suspended."""
    chance = random.Random(SEED)
    for number in range(count):
        role = "admin" if number < ADMINS else "partner" if number % 50 == 7 else "user"
        first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
        if number % 100_000 == 50:
            last = RARE_NAME
        domain = DOMAINS[min(int(chance.expovariate(1)), len(DOMAINS) - 1)]
        if number >= count * 0.95 and chance.random() < 0.5:
            domain = NEW_DOMAIN
        email = f"{first}.{last}.{number}@{domain}".lower()
        made = now - timedelta(days=365 * YEARS) * (1 - number / count)
        suspended = made + timedelta(days=1) if number % 500 == 99 else None
        yield (
            account_id(number),
            email,
            email,
            "",
            role,
            chance.random() < 0.9,
            None if chance.random() < 0.3 else f"{first} {last}",
            "en",
            suspended,
            suspended and "spam",
            role != "partner" or number % 5_000 != 57,
            made,
            made,
        )


def audit_rows(count: int, now: datetime) -> Iterator[tuple[object, ...]]:
    """Acts of three years; two admins did half of them each, and one of these closes no reports."""
    chance = random.Random(SEED + 1)
    for number in range(count):
        actor = chance.randrange(2) if number % 1_000 else chance.randrange(2, ADMINS)
        action = ACTIONS[int(chance.random() ** 2 * len(ACTIONS))]
        if actor == 1 and action == "REPORT_CLOSED":
            action = "OFFER_RESTORED"
        if number % 100_000 == 1_000:
            action = RARE_ACTION
        yield (
            UUID(int=chance.getrandbits(128)),
            "catalog",
            action,
            account_id(actor),
            "account",
            account_id(chance.randrange(count)),
            None,
            "{}",
            now - timedelta(days=365 * YEARS) * (1 - number / count),
        )


async def load(url: str, accounts: int, entries: int) -> None:
    """Fill an empty, migrated database."""
    now = datetime.now(UTC)
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("ALTER TABLE users DISABLE TRIGGER USER")  # no events of these
            await connection.copy_records_to_table(
                "users", records=account_rows(accounts, now), columns=COLUMNS
            )
            await connection.execute("ALTER TABLE users ENABLE TRIGGER USER")
            await connection.copy_records_to_table(
                "audit_log", records=audit_rows(entries, now), columns=AUDIT_COLUMNS
            )
        await connection.execute("VACUUM (ANALYZE) users, audit_log")
    finally:
        await connection.close()
