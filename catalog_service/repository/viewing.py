"""Writing views in bulk."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text

from shared.database import Connection

# One instance at a time writes a customer's views; the statement after it sees what was written.
_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(CAST(id AS text), 1)) FROM unnest(:ids) AS id"
).bindparams(bindparam("ids", type_=ARRAY(Uuid())))

# Views by who runs the place tell nothing about customers, so they are left out; so is a second
# view within half an hour, which another instance may have written.
_REMEMBER = text(
    """
    WITH seen AS (
        SELECT DISTINCT viewer, viewed FROM unnest(:user_ids, :offer_ids) AS pair (viewer, viewed)
    ), remembered AS (
        INSERT INTO user_history (user_id, offer_id, action)
        SELECT viewer, viewed, 'OFFER_VIEWED'
        FROM seen JOIN offers ON offers.id = viewed
        WHERE NOT EXISTS (SELECT FROM user_history AS earlier
                WHERE earlier.offer_id = viewed AND earlier.user_id = viewer
                    AND earlier.action = 'OFFER_VIEWED'
                    AND earlier.created_at > clock_timestamp() - interval '30 minutes')
            AND NOT EXISTS (SELECT FROM partnerships AS own
                WHERE own.place_id = offers.place_id AND own.partner_user_id = viewer
                    AND own.is_active)
            AND NOT EXISTS (SELECT FROM erased_users WHERE erased_users.user_id = viewer)
        RETURNING offer_id
    )
    INSERT INTO offer_stats_daily (offer_id, day, place_id, views)
    SELECT offers.id, CAST(clock_timestamp() AT TIME ZONE time_zone AS date), places.id, count(*)
    FROM remembered
        JOIN offers ON offers.id = remembered.offer_id
        JOIN places ON places.id = offers.place_id
    GROUP BY offers.id, time_zone, places.id
    ORDER BY offers.id
    ON CONFLICT (offer_id, day) DO UPDATE SET views = offer_stats_daily.views + excluded.views
    """
).bindparams(
    bindparam("user_ids", type_=ARRAY(Uuid())), bindparam("offer_ids", type_=ARRAY(Uuid()))
)


_COUNT = text(
    """
    INSERT INTO offer_stats_daily (offer_id, day, place_id, views)
    SELECT offers.id, CAST(clock_timestamp() AT TIME ZONE time_zone AS date), places.id, count(*)
    FROM unnest(:offer_ids) AS viewed
        JOIN offers ON offers.id = viewed
        JOIN places ON places.id = offers.place_id
    GROUP BY offers.id, time_zone, places.id
    ORDER BY offers.id
    ON CONFLICT (offer_id, day) DO UPDATE SET views = offer_stats_daily.views + excluded.views
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(Uuid())))


async def count_views(connection: Connection, offer_ids: Sequence[UUID]) -> None:
    """Add one view for each mention of an offer to its figures."""
    await connection.execute(_COUNT, {"offer_ids": list(offer_ids)})


async def remember_views(connection: Connection, views: Sequence[tuple[UUID, UUID]]) -> None:
    """Write views, each a user and an offer, into history and figures."""
    await connection.execute(_TAKE_TURNS, {"ids": sorted({user_id for user_id, _ in views})})
    users = [user_id for user_id, _ in views]
    offers = [offer_id for _, offer_id in views]
    await connection.execute(_REMEMBER, {"user_ids": users, "offer_ids": offers})
