"""Changing accounts. Each field is one transaction, committed before its selection is resolved."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from auth_service.api.admin_mutations import AdminMutations
from auth_service.api.context import Info
from auth_service.domain.notifications import Notification
from auth_service.domain.user import Language as DomainLanguage
from auth_service.domain.user import Role as DomainRole
from auth_service.domain.user import preferred_language, read_name
from auth_service.domain.verification import Purpose
from auth_service.schemas.session import AccessToken, Session, to_access_token, to_session
from auth_service.schemas.user import (
    DisplayName,
    EmailArgument,
    Language,
    MailTokenArgument,
    NewPasswordArgument,
    NotificationKind,
    PasswordArgument,
    SignUpRole,
    User,
    to_own_user,
)
from auth_service.services.become_partner import become_partner
from auth_service.services.change_email import confirm_email_change, request_email_change
from auth_service.services.change_password import change_password
from auth_service.services.choose_notifications import choose_notifications
from auth_service.services.delete_account import delete_account
from auth_service.services.login import login
from auth_service.services.refresh import refresh
from auth_service.services.register import Profile, register
from auth_service.services.request_mail import request_mail
from auth_service.services.reset_password import reset_password
from auth_service.services.sign_out_everywhere import sign_out_everywhere
from auth_service.services.update_profile import update_profile
from auth_service.services.verify import verify
from shared.graphql.fields import mutation


@strawberry.type(description="Changing.")
class Mutation(AdminMutations):
    """Root fields of the auth subgraph."""

    @mutation(
        "Make an account; a mail with a verification token follows. Errors: "
        "INVALID_EMAIL, WEAK_PASSWORD, EMAIL_TAKEN, BAD_USER_INPUT, RATE_LIMITED."
    )
    async def register(
        self,
        info: Info,
        email: EmailArgument,
        password: NewPasswordArgument,
        role: Annotated[
            SignUpRole, strawberry.argument(description="What the account will be for.")
        ] = SignUpRole.USER,
        display_name: DisplayName = None,
        language: Annotated[
            Language | None,
            strawberry.argument(description="Default: what Accept-Language asks for, or English."),
        ] = None,
    ) -> User | None:
        context = info.context
        spoken = (
            preferred_language(context.accept_language)
            if language is None
            else DomainLanguage[language.name]
        )
        profile = Profile(read_name(display_name), spoken)
        wanted = DomainRole[role.name]
        return to_own_user(
            await register(context.deps, email, password, wanted, context.client_ip, profile)
        )

    @mutation(
        "Change your own name or language; what is left out stays, and a null name takes it away. "
        "Errors: UNAUTHENTICATED, BAD_USER_INPUT.",
        authenticated=True,
    )
    async def update_profile(
        self,
        info: Info,
        display_name: DisplayName = UNSET,
        language: Annotated[
            Language | None, strawberry.argument(description="What to be written to in.")
        ] = UNSET,
    ) -> User | None:
        context = info.context
        changes: dict[str, str | None] = {}
        if display_name is not UNSET:
            changes["display_name"] = read_name(display_name)
        if language is not UNSET and language is not None:
            changes["language"] = DomainLanguage[language.name].value
        user_id = context.signed_in().user_id
        return to_own_user(
            await update_profile(context.deps, user_id, context.token_version, changes)
        )

    @mutation(
        "Make your own customer's account a partner's, who may open places and accept invitations "
        "(once approved, where new partners are). What you have reserved stays yours; partners "
        "reserve nothing new. Again changes nothing. Refresh afterwards: access tokens say what "
        "was true when they were made. Errors: UNAUTHENTICATED, FORBIDDEN (for admins), "
        "EMAIL_NOT_VERIFIED.",
        authenticated=True,
    )
    async def become_partner(self, info: Info) -> User | None:
        context = info.context
        user_id = context.signed_in().user_id
        return to_own_user(await become_partner(context.deps, user_id, context.token_version))

    @mutation(
        "Choose which of the mails by choice you get: those named, and no others. What matters (a "
        "reservation cancelled, a password changed) is always written. Errors: UNAUTHENTICATED.",
        authenticated=True,
    )
    async def set_notification_choices(
        self,
        info: Info,
        choices: Annotated[
            list[NotificationKind], strawberry.argument(description="The kinds wanted.")
        ],
    ) -> User | None:
        context = info.context
        user_id = context.signed_in().user_id
        wanted = [Notification[each.name] for each in choices]
        return to_own_user(
            await choose_notifications(context.deps, user_id, context.token_version, wanted)
        )

    @mutation(
        "Ask for another address for your account: a mail with a token goes to the new one. True "
        "also if it has an account already: this never tells. Errors: UNAUTHENTICATED, "
        "INVALID_EMAIL, INVALID_CREDENTIALS, RATE_LIMITED.",
        authenticated=True,
    )
    async def request_email_change(
        self, info: Info, new_email: EmailArgument, password: PasswordArgument
    ) -> bool | None:
        context = info.context
        await request_email_change(
            context.deps,
            context.signed_in().user_id,
            context.token_version,
            new_email,
            password,
            context.client_ip,
        )
        return True

    @mutation(
        "Confirm a new address with the token that was mailed to it; it works once, for 24 hours. "
        "The old address is told, if it was verified. Errors: TOKEN_INVALID, TOKEN_EXPIRED, "
        "TOKEN_USED, EMAIL_TAKEN (by now), RATE_LIMITED."
    )
    async def confirm_email_change(self, info: Info, token: MailTokenArgument) -> User | None:
        context = info.context
        return to_own_user(await confirm_email_change(context.deps, token, context.client_ip))

    @mutation(
        "Verify an address with the token that was mailed to it; it works once, for 24 "
        "hours. Refresh afterwards: access tokens say what was true when they were made. Errors: "
        "TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_USED, RATE_LIMITED."
    )
    async def verify(self, info: Info, token: MailTokenArgument) -> User | None:
        return to_own_user(await verify(info.context.deps, token, info.context.client_ip))

    @mutation(
        "Sign in. Errors: INVALID_CREDENTIALS, ACCOUNT_SUSPENDED, INVALID_EMAIL, WEAK_PASSWORD "
        "(what cannot be a password at all), RATE_LIMITED."
    )
    async def login(
        self, info: Info, email: EmailArgument, password: PasswordArgument
    ) -> Session | None:
        context = info.context
        return to_session(await login(context.deps, email, password, context.client_ip))

    @mutation(
        "A new access token for a refresh token, which stays good. Errors: "
        "TOKEN_INVALID, TOKEN_EXPIRED, ACCOUNT_SUSPENDED, RATE_LIMITED."
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
        "End all your sessions: no token made until now works any more, in the catalog as soon as "
        "that is told there. Errors: UNAUTHENTICATED.",
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
