"""What signing in and refreshing give."""

from dataclasses import dataclass, field

from auth_service.domain.user import User


@dataclass(frozen=True, slots=True)
class Session:
    """``expires_in``: seconds until the access token expires."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    user: User


@dataclass(frozen=True, slots=True)
class Refreshed:
    """``expires_in``: seconds until the access token expires."""

    access_token: str = field(repr=False)
    expires_in: int
