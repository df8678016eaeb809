"""``python -m catalog_service`` serves; ``... migrate`` brings the database up to date."""

import asyncio
import sys
from collections.abc import Sequence

from catalog_service.core.settings import ENV_FILE, CatalogSettings
from shared.errors import ApplicationError
from shared.http.server import serve
from shared.logs import configure_logs
from shared.process.heap import nothing_collected
from shared.process.standard_streams import keep_standard_streams
from shared.settings import load_settings

USAGE = "usage: python -m catalog_service [migrate]"


def main(arguments: Sequence[str]) -> int:
    """Run a command; the process's exit status: 0, 1 for a failure that is told, 2 for usage."""
    keep_standard_streams()
    try:
        settings = load_settings(CatalogSettings, ENV_FILE)
        configure_logs(settings.service_name, settings.log_level, settings.log_format)
        match list(arguments):
            case []:
                return _serve(settings)
            case ["migrate"]:
                from shared.database.migrations import migrate  # noqa: PLC0415  serving needs no Alembic

                url = settings.database_url.get_secret_value()
                asyncio.run(migrate(url, "catalog_service"))
                return 0
        return _say(USAGE, 2)
    except ApplicationError as error:
        return _say(str(error), 1)


def _serve(settings: CatalogSettings) -> int:
    with nothing_collected():
        from catalog_service.api.app import create_app  # noqa: PLC0415  the other commands need none of it

        app = create_app(settings)
    return serve(app, settings)


def _say(text: str, status: int) -> int:
    sys.stderr.write(f"{text}\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
