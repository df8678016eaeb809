"""What admins do with accounts."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Concatenate, ParamSpec
from uuid import UUID

import strawberry

from auth_service.api.context import Info
from auth_service.domain.user import Role as DomainRole
from auth_service.domain.user import User as DomainUser
from auth_service.domain.viewer import Viewer
from auth_service.schemas.user import Role, User, to_user
from auth_service.services.dependencies import Dependencies
from auth_service.services.judge_partner import approve_partner, reject_partner
from auth_service.services.set_role import set_role
from auth_service.services.suspend_account import restore_account, suspend_account
from shared.graphql.fields import mutation

Given = ParamSpec("Given")

UserId = Annotated[UUID, strawberry.argument(description="The account.")]
Reason = Annotated[
    str,
    strawberry.argument(description="Why: its owner is told, and it is kept. 1 to 500 characters."),
]


@strawberry.type
class AdminMutations:
    """Root fields for admins."""

    @mutation(
        "Give an account another role; for admins. Its sessions end. Errors: "
        "UNAUTHENTICATED, FORBIDDEN (also for your own role), NOT_FOUND, CONFLICT (the last admin "
        "stays).",
        authenticated=True,
    )
    async def set_role(
        self,
        info: Info,
        user_id: Annotated[UUID, strawberry.argument(description="Whose role to set.")],
        role: Annotated[Role, strawberry.argument(description="The role it will have.")],
    ) -> User | None:
        return await _by_admin(info, set_role, user_id, DomainRole[role.name])

    @mutation(
        "Suspend an account; for admins. It is signed out at once, what it holds is given back, "
        "what it sells is hidden unless another owner is there, and its owner is written to. Again "
        "changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN (also for your own), NOT_FOUND, "
        "BAD_USER_INPUT.",
        authenticated=True,
    )
    async def suspend_account(self, info: Info, user_id: UserId, reason: Reason) -> User | None:
        return await _by_admin(info, suspend_account, user_id, reason)

    @mutation(
        "Let a suspended account sign in again; for admins. What it sold is for sale again. Again "
        "changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN (also for your own), NOT_FOUND, "
        "BAD_USER_INPUT.",
        authenticated=True,
    )
    async def restore_account(self, info: Info, user_id: UserId, reason: Reason) -> User | None:
        return await _by_admin(info, restore_account, user_id, reason)

    @mutation(
        "Approve a new partner, who may open places from now on; for admins, where new partners "
        "wait for it. Again changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, "
        "CONFLICT (no partner).",
        authenticated=True,
    )
    async def approve_partner(self, info: Info, user_id: UserId) -> User | None:
        return await _by_admin(info, approve_partner, user_id)

    @mutation(
        "Do not approve a new partner: the account stays, as a customer's; for admins. Again "
        "changes nothing. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT (does not wait), "
        "BAD_USER_INPUT.",
        authenticated=True,
    )
    async def reject_partner(self, info: Info, user_id: UserId, reason: Reason) -> User | None:
        return await _by_admin(info, reject_partner, user_id, reason)


async def _by_admin(
    info: Info,
    act: Callable[Concatenate[Dependencies, UUID, int, Given], Awaitable[DomainUser]],
    *given: Given.args,
    **named: Given.kwargs,
) -> User:
    """The account after ``act`` of the admin who asks, as admins see it."""
    context = info.context
    admin_id = context.signed_in(DomainRole.ADMIN.value).user_id
    account = await act(context.deps, admin_id, context.token_version, *given, **named)
    return to_user(account, Viewer(admin_id, is_admin=True))
