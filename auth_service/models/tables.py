"""The tables as SQLAlchemy Core sees them, for the repository's queries."""

from auth_service.models import accounts, audit
from auth_service.models import invitations as invitations_model
from auth_service.models import outbox as outbox_model
from auth_service.models.base import metadata

__all__ = ["audit_log", "invitations", "metadata", "outbox", "users", "verification_tokens"]

users = metadata.tables[str(accounts.UserRow.__tablename__)]
verification_tokens = metadata.tables[str(accounts.VerificationTokenRow.__tablename__)]
audit_log = metadata.tables[str(audit.AuditRow.__tablename__)]
invitations = metadata.tables[str(invitations_model.InvitationRow.__tablename__)]
outbox = metadata.tables[str(outbox_model.OutboxRow.__tablename__)]
