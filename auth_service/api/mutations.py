"""Changing accounts. Each field is one transaction, committed before its selection is resolved."""

from typing import Annotated
from uuid import UUID

import strawberry

from auth_service.api.context import Info
from auth_service.domain.user import Role as DomainRole
from auth_service.domain.verification import Purpose
from auth_service.schemas.session import AccessToken, Session, to_access_token, to_session
from auth_service.schemas.user import (
    EmailArgument,
    MailTokenArgument,
    NewPasswordArgument,
    PasswordArgument,
    Role,
    SignUpRole,
    User,
    to_own_user,
    to_user,
)
from auth_service.services.change_password import change_password
from auth_service.services.delete_account import delete_account
from auth_service.services.login import login
from auth_service.services.refresh import refresh
from auth_service.services.register import register
from auth_service.services.request_mail import request_mail
from auth_service.services.reset_password import reset_password
from auth_service.services.set_role import set_role
from auth_service.services.sign_out_everywhere import sign_out_everywhere
from auth_service.services.verify import verify
from shared.graphql.fields import mutation


@strawberry.type(description="Changing.")
class Mutation:
    """Root fields of the auth subgraph."""

    @mutation(
        "Make an account; a mail with a verification token follows. Errors: "
        "INVALID_EMAIL, WEAK_PASSWORD, EMAIL_TAKEN, RATE_LIMITED."
    )
    async def register(
        self,
        info: Info,
        email: EmailArgument,
        password: NewPasswordArgument,
        role: Annotated[
            SignUpRole, strawberry.argument(description="What the account will be for.")
        ] = SignUpRole.USER,
    ) -> User | None:
        context = info.context
        wanted = DomainRole[role.name]
        return to_own_user(await register(context.deps, email, password, wanted, context.client_ip))

    @mutation(
        "Verify an address with the token that was mailed to it; it works once, for 24 "
        "hours. Refresh afterwards: access tokens say what was true when they were made. Errors: "
        "TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_USED, RATE_LIMITED."
    )
    async def verify(self, info: Info, token: MailTokenArgument) -> User | None:
        return to_own_user(await verify(info.context.deps, token, info.context.client_ip))

    @mutation(
        "Sign in. Errors: INVALID_CREDENTIALS, INVALID_EMAIL, WEAK_PASSWORD (what "
        "cannot be a password at all), RATE_LIMITED."
    )
    async def login(
        self, info: Info, email: EmailArgument, password: PasswordArgument
    ) -> Session | None:
        context = info.context
        return to_session(await login(context.deps, email, password, context.client_ip))

    @mutation(
        "A new access token for a refresh token, which stays good. Errors: "
        "TOKEN_INVALID, TOKEN_EXPIRED, RATE_LIMITED."
    )
    async def refresh(
        self,
        info: Info,
        refresh_token: Annotated[
            str, strawberry.argument(description="The refresh token that signing in gave.")
        ],
    ) -> AccessToken | None:
        context = info.context
        return to_access_token(await refresh(context.deps, refresh_token, context.client_ip))

    @mutation(
        "Mail a new verification token. True also if the address has no account or is "
        "verified: this never tells. Errors: INVALID_EMAIL, RATE_LIMITED."
    )
    async def resend_verification(self, info: Info, email: EmailArgument) -> bool | None:
        context = info.context
        await request_mail(context.deps, Purpose.VERIFY_EMAIL, email, context.client_ip)
        return True

    @mutation(
        "Mail a token for choosing a new password. True also if the address has no "
        "account: this never tells. Errors: INVALID_EMAIL, RATE_LIMITED."
    )
    async def request_password_reset(self, info: Info, email: EmailArgument) -> bool | None:
        context = info.context
        await request_mail(context.deps, Purpose.RESET_PASSWORD, email, context.client_ip)
        return True

    @mutation(
        "Choose a new password with a mailed token, which works once, for an hour. "
        "Signs out everywhere else and verifies the address. Errors: WEAK_PASSWORD, "
        "TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_USED, RATE_LIMITED."
    )
    async def reset_password(
        self, info: Info, token: MailTokenArgument, new_password: NewPasswordArgument
    ) -> Session | None:
        context = info.context
        return to_session(
            await reset_password(context.deps, token, new_password, context.client_ip)
        )

    @mutation(
        "Change your own password; signs out everywhere else. Errors: "
        "UNAUTHENTICATED, INVALID_CREDENTIALS, WEAK_PASSWORD, RATE_LIMITED.",
        authenticated=True,
    )
    async def change_password(
        self, info: Info, current_password: PasswordArgument, new_password: NewPasswordArgument
    ) -> Session | None:
        context = info.context
        user_id = context.signed_in().user_id
        return to_session(
            await change_password(
                context.deps, user_id, context.token_version, current_password, new_password
            )
        )

    @mutation(
        "End all your sessions: no refresh token made until now works any more. "
        "Access tokens live on for minutes. Errors: UNAUTHENTICATED.",
        authenticated=True,
    )
    async def sign_out_everywhere(self, info: Info) -> bool | None:
        context = info.context
        await sign_out_everywhere(context.deps, context.signed_in().user_id, context.token_version)
        return True

    @mutation(
        "Delete your own account, for good, and with it what the catalog knows of "
        "you. Errors: UNAUTHENTICATED, INVALID_CREDENTIALS, CONFLICT (the last admin stays), "
        "RATE_LIMITED.",
        authenticated=True,
    )
    async def delete_account(self, info: Info, password: PasswordArgument) -> bool | None:
        context = info.context
        user_id = context.signed_in().user_id
        await delete_account(context.deps, user_id, context.token_version, password)
        return True

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
        context = info.context
        admin_id = context.signed_in(DomainRole.ADMIN.value).user_id
        wanted = DomainRole[role.name]
        account = await set_role(context.deps, admin_id, context.token_version, user_id, wanted)
        return to_user(account, context.caller)
