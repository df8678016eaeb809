"""Who may explore the schema."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.config.settings import Explorer
from gateway.operation.errors import OperationRefused
from gateway.request.caller import Caller


class IntrospectionRefused(OperationRefused):
    """The caller may not explore the schema."""

    code = "FORBIDDEN"
    status = 403


@dataclass(frozen=True, slots=True)
class ExplorerAccess:
    """Everyone, nobody, or who has one of ``roles`` in ``claim`` of a verified token."""

    mode: Explorer
    claim: str
    roles: frozenset[str]

    def check(self, caller: Caller) -> None:
        """Raise IntrospectionRefused unless ``caller`` may explore."""
        if self.allows(caller):
            return
        if self.mode is Explorer.OFF:
            raise IntrospectionRefused("Introspection is switched off.")
        if not caller.is_verified:
            raise IntrospectionRefused(
                "Introspection needs an access token.", code="UNAUTHENTICATED"
            )
        raise IntrospectionRefused("Your role may not explore the schema.")

    def allows(self, caller: Caller) -> bool:
        """Whether ``caller`` may explore."""
        if self.mode is Explorer.PARTNERS:
            return caller.is_verified and not self.roles.isdisjoint(caller.words(self.claim))
        return self.mode is Explorer.PUBLIC
