"""Who acts, as far as the catalog's rules care."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What an account is for, as the auth service gave it."""

    USER = "user"
    PARTNER = "partner"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the catalog was told of an account. Of two, the one with the higher version is newer.

    Tokens of a generation below ``least_token_version`` were signed out.
    """

    user_id: UUID
    version: int
    role: Role
    is_verified: bool
    display_name: str | None = None
    is_suspended: bool = False
    is_approved: bool = True
    least_token_version: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller. Which places a partner's role holds for, partnerships say.

    ``is_approved`` is False for a partner whom an admin has to approve first. ``version``: that of
    the standing that the role and the verification come from; 0 for a token that does not tell.
    ``token_version``: the token's generation; None where it has none, and ends by its time alone.
    """

    user_id: UUID | None = None
    role: Role | None = None
    email_verified: bool = False
    version: int = 0
    token_version: int | None = None
    is_erased: bool = False
    is_suspended: bool = False
    is_signed_out: bool = False
    is_approved: bool = True

    @property
    def is_welcome(self) -> bool:
        """Whether the account may act at all, and this token for it."""
        return not (self.is_erased or self.is_suspended or self.is_signed_out)

    @property
    def is_partner(self) -> bool:
        """Whether the actor may run places."""
        return self.role is Role.PARTNER

    @property
    def is_admin(self) -> bool:
        """Whether the actor may do all."""
        return self.role is Role.ADMIN

    def is_self(self, user_id: UUID | None) -> bool:
        """Whether this account is the actor's own; nobody's account is nobody's."""
        return self.user_id is not None and self.user_id == user_id

    def informed(self, standing: Standing | None) -> "Actor":
        """The actor as the newer of the two reports says: the token's, or the standing.

        Which tokens were signed out the standing alone can say, however old it is.
        """
        if standing is None:
            return self
        is_signed_out = (
            self.token_version is not None and self.token_version < standing.least_token_version
        )
        if standing.version <= self.version:
            return replace(self, is_signed_out=True) if is_signed_out else self
        return replace(
            self,
            role=standing.role,
            email_verified=standing.is_verified,
            version=standing.version,
            is_suspended=standing.is_suspended,
            is_signed_out=is_signed_out,
            is_approved=standing.is_approved,
        )


NOBODY = Actor()
