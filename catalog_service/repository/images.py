"""Pictures: which are there, whose they are, and which nothing shows any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, array, insert

from catalog_service.domain.actors import Actor
from catalog_service.domain.images import PATH
from catalog_service.domain.places import OFFER_KEEPERS
from catalog_service.models import tables
from catalog_service.repository.conditions import is_open_place, manages, named
from catalog_service.repository.rows import offer, place
from shared.database import Connection
from shared.pagination.cursors import keyset_after

Uploaded: TypeAlias = tuple[datetime, str]
"""A picture's name, and when it was last uploaded."""

image = tables.image.c
_UPLOADED = (image.created_at, image.name)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 3))").bindparams(
    bindparam("name", type_=Text())
)
_URL = literal(PATH, Text()) + image.name
_SHOWS: ColumnElement[bool] = literal_column("image_urls <> '{}'")  # as the index has it


async def keeps_offers(connection: Connection, place_id: UUID, actor: Actor) -> bool:
    """Whether the place is open and the actor keeps its offers."""
    query = select(place.id).where(
        place.id == place_id, is_open_place(), manages(place.id, actor, OFFER_KEEPERS)
    )
    return (await connection.execute(query)).first() is not None


async def store_image(
    connection: Connection, name: str, place_id: UUID, size: int, actor: Actor
) -> bool:
    """Note a picture of an open place whose offers the actor keeps; False without one."""
    source = (
        select(literal(name, Text()), place.id, literal(size))
        .where(place.id == place_id, is_open_place(), manages(place.id, actor, OFFER_KEEPERS))
        .with_for_update(read=True, of=tables.place)
    )
    new = insert(tables.image).from_select(
        ["name", "place_id", "bytes"], source, include_defaults=False
    )
    statement = new.on_conflict_do_update(
        index_elements=["name"], set_={"created_at": func.clock_timestamp()}
    ).returning(image.name)
    return (await connection.execute(statement)).first() is not None


async def use_upload(connection: Connection, nonce: str) -> bool:
    """Note that a link is used; False if it was. Whoever does it at the same time waits."""
    statement = (
        insert(tables.used_upload)
        .values(nonce=nonce)
        .on_conflict_do_nothing()
        .returning(tables.used_upload.c.nonce)
    )
    return (await connection.execute(statement)).first() is not None


async def is_upload_used(connection: Connection, nonce: str) -> bool:
    """Whether a link was used."""
    query = select(tables.used_upload.c.nonce).where(tables.used_upload.c.nonce == nonce)
    return (await connection.execute(query)).first() is not None


async def give_upload_back(connection: Connection, nonce: str) -> None:
    """Let a link be used: nothing came of it."""
    await connection.execute(delete(tables.used_upload).where(tables.used_upload.c.nonce == nonce))


async def forget_used_uploads(connection: Connection, age: timedelta) -> None:
    """Forget links that are of no use to anybody any more."""
    used = tables.used_upload.c
    await connection.execute(
        delete(tables.used_upload).where(used.used_at < func.clock_timestamp() - age)
    )


async def lock_name(connection: Connection, name: str) -> None:
    """Wait until nobody stores or removes the picture of this name, and keep others from it."""
    await connection.execute(_LOCK, {"name": name})


async def hold_images(connection: Connection, place_id: UUID, names: Sequence[str]) -> set[str]:
    """Those of the names that the place has pictures of; they stay until the transaction ends."""
    query = (
        select(image.name)
        .where(named(image.name, names), image.place_id == place_id)
        .order_by(image.name)
        .with_for_update(read=True, key_share=True)
    )
    return set((await connection.execute(query)).scalars())


_SHOWN = exists().where(_SHOWS, offer.image_urls.op("@>")(array([_URL]))) | exists().where(
    tables.schedule.c.place_id == image.place_id,
    tables.schedule.c.template["image_urls"].op("@>")(cast(func.to_jsonb(_URL), JSONB)),
)


async def unshown_images(
    connection: Connection, age: timedelta, limit: int, after: Uploaded | None = None
) -> list[Uploaded]:
    """Pictures uploaded longer ago than ``age`` that no offer and no schedule shows."""
    query = (
        select(*_UPLOADED)
        .where(image.created_at < func.clock_timestamp() - age, ~_SHOWN)
        .order_by(*_UPLOADED)
        .limit(limit)
    )
    if after is not None:
        query = query.where(keyset_after(_UPLOADED, after))
    return [(moment, name) for moment, name in await connection.execute(query)]


async def delete_unshown(connection: Connection, name: str, age: timedelta) -> bool:
    """Forget a picture that is still not shown; whether it was there. Lock its name first."""
    held = (
        select(image.name)
        .where(image.name == name, image.created_at < func.clock_timestamp() - age)
        .with_for_update()
    )
    if (await connection.execute(held)).first() is None:
        return False
    # A statement of its own: it sees an offer that was committed while the row was awaited.
    statement = delete(tables.image).where(image.name == name, ~_SHOWN).returning(image.name)
    return (await connection.execute(statement)).first() is not None
