"""What use cases are given. Built once, in the app's lifespan."""

from dataclasses import dataclass

from auth_service.core.catalog import Catalog
from auth_service.core.passwords import PasswordHasher
from auth_service.core.tokens import TokenIssuer
from auth_service.services.attempts import Attempts
from shared.database import Database
from shared.outbox import EventReceiver


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The database, the hasher, the token issuer, the attempt limits, who takes events, the catalog
    for questions, for how many seconds an answer waits until events are taken, and whether new
    partners are approved by an admin first."""

    database: Database
    passwords: PasswordHasher
    issuer: TokenIssuer
    attempts: Attempts
    events: EventReceiver
    catalog: Catalog
    telling_seconds: float
    partners_are_approved: bool = False
