"""Sessions as clients see them."""

import strawberry

from auth_service.domain.session import Refreshed
from auth_service.domain.session import Session as OpenSession
from auth_service.schemas.user import User, to_own_user

BEARER = "Bearer"


@strawberry.type(description="What signing in gives. Keep both tokens to yourself.")
class Session:
    """Tokens and the account."""

    access_token: str = strawberry.field(
        description="Send it as `Authorization: Bearer …`. Lives for minutes."
    )
    refresh_token: str = strawberry.field(
        description="Exchange it by `refresh` for a new access token. Lives for days."
    )
    token_type: str = strawberry.field(description="Always `Bearer`.")
    expires_in: int = strawberry.field(description="Seconds until the access token expires.")
    user: User | None = strawberry.field(
        description="The account signed in. What it did in the catalog (such as `reservations`) is "
        "shown to the new access token only: ask for it in another operation."
    )


@strawberry.type(description="A new access token.")
class AccessToken:
    """What refreshing gives."""

    access_token: str = strawberry.field(
        description="Send it as `Authorization: Bearer …`. Lives for minutes."
    )
    token_type: str = strawberry.field(description="Always `Bearer`.")
    expires_in: int = strawberry.field(description="Seconds until the access token expires.")


def to_session(session: OpenSession) -> Session:
    """``session`` for the client that has just signed in."""
    return Session(
        access_token=session.access_token,
        refresh_token=session.refresh_token,
        token_type=BEARER,
        expires_in=session.expires_in,
        user=to_own_user(session.user),
    )


def to_access_token(refreshed: Refreshed) -> AccessToken:
    """``refreshed`` for the client."""
    return AccessToken(
        access_token=refreshed.access_token,
        token_type=BEARER,
        expires_in=refreshed.expires_in,
    )
