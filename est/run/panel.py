"""What a person sees of `est run`: progress, then URLs, demo accounts, and mail as it arrives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich import box
from rich.console import RenderableType
from rich.markup import escape
from rich.panel import Panel as Frame
from rich.table import Table

from est.demo.people import ADMIN, CUSTOMERS, PARTNERS, PASSWORD
from est.settings import Settings
from est.terminal import out


class Panel:
    """`with Panel(settings) as panel:` — `panel.ready(...)` once everything answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._status = out.status("Starting EST …")
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        if not out.is_terminal:
            _say("Starting EST …")
        self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_status()

    def stage(self, done: str) -> None:
        """Print what is done, and when."""
        _say(f"{time.monotonic() - self._began:6.1f} s  {escape(done)}")

    def stopping(self) -> None:
        """Say that it may take a moment."""
        self._end_status()
        _say("Stopping …")

    def ready(self, demo: str) -> None:
        """Print where everything is; `demo` is what `est demo` said."""
        self._end_status()
        rows = Table.grid(padding=(0, 2))
        for name, value in (*self._addresses(), *_accounts(demo)):
            rows.add_row(f"[bold]{name}[/]", value)
        _say(Frame(rows, title="EST is running", box=box.ROUNDED, expand=False))
        _say("Ctrl-C stops everything.")

    def mail(self, line: str) -> None:
        """Print a mail's addressee and link."""
        _say(escape(line))

    def _end_status(self) -> None:
        with _whether_read_or_not():
            self._status.stop()

    def _addresses(self) -> list[tuple[str, str]]:
        settings = self._settings
        return [
            ("GraphQL and explorer", f"{settings.gateway_url}/graphql"),
            ("auth", f"{settings.auth_url}/graphql (for the gateway only)"),
            ("catalog", f"{settings.catalog_url}/graphql (for the gateway only)"),
            ("logs, mail, data", f"{settings.est_home}/"),
        ]


def _say(what: RenderableType) -> None:
    with _whether_read_or_not():
        out.print(what)


@contextmanager
def _whether_read_or_not() -> Iterator[None]:
    """A terminal that closed or a full disk does not end a run; it goes on in silence."""
    try:
        yield
    except OSError:
        out.on_broken_pipe()


def _accounts(demo: str) -> list[tuple[str, str]]:
    if demo not in {"loaded", "kept"}:
        return []
    return [
        ("", ""),
        ("partners", "  ".join(person.email for person in PARTNERS)),
        ("customers", "  ".join(person.email for person in CUSTOMERS)),
        ("admin", ADMIN.email),
        ("password of each", PASSWORD),
    ]
