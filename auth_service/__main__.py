"""``python -m auth_service`` serves; ``... migrate`` brings the database up to date.

``... create-admin ADDRESS`` makes an admin; the password is read from the terminal or from stdin,
never from the arguments, where every process of the machine could read it.
"""

import asyncio
import getpass
import sys
from collections.abc import Sequence

from auth_service.core.passwords import PasswordHasher
from auth_service.core.settings import ENV_FILE, AuthSettings
from auth_service.domain.errors import AuthError
from auth_service.services.create_admin import create_admin
from shared.database import Database
from shared.errors import ApplicationError
from shared.http.server import serve
from shared.logs import configure_logs
from shared.process.heap import nothing_collected
from shared.process.standard_streams import keep_standard_streams
from shared.settings import load_settings

USAGE = "usage: python -m auth_service [migrate | create-admin ADDRESS]"


def main(arguments: Sequence[str]) -> int:
    """Run a command; the process's exit status: 0, 1 for a failure that is told, 2 for usage."""
    keep_standard_streams()
    try:
        settings = load_settings(AuthSettings, ENV_FILE)
        configure_logs(settings.service_name, settings.log_level, settings.log_format)
        match list(arguments):
            case []:
                return _serve(settings)
            case ["migrate"]:
                from shared.database.migrations import migrate  # noqa: PLC0415  serving needs no Alembic

                url = settings.database_url.get_secret_value()
                asyncio.run(migrate(url, "auth_service"))
                return 0
            case ["create-admin", address]:
                asyncio.run(_create_admin(settings, address))
                return 0
        return _say(USAGE, 2)
    except (ApplicationError, AuthError) as error:
        return _say(str(error), 1)


def _serve(settings: AuthSettings) -> int:
    with nothing_collected():
        from auth_service.api.app import create_app  # noqa: PLC0415  the other commands need none of it

        app = create_app(settings)
    return serve(app, settings)


def _say(text: str, status: int) -> int:
    sys.stderr.write(f"{text}\n")
    return status


async def _create_admin(settings: AuthSettings, address: str) -> None:
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    database = Database.from_settings(settings)
    hasher = PasswordHasher(settings.bcrypt_cost)
    try:
        user = await create_admin(database, hasher, address, password)
    finally:
        hasher.close()
        await database.dispose()
    sys.stdout.write(f"admin {user.email.typed} created: {user.id}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
