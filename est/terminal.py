"""How `est` speaks: results on stdout, everything else on stderr."""

from __future__ import annotations

from contextlib import suppress

from rich.console import Console
from rich.markup import escape

from est.errors import OperatorError


class Output(Console):
    """Results; where nobody reads them they are left out, and what was asked for goes on."""

    def on_broken_pipe(self) -> None:
        """Be silent from now on; rich would end the program."""
        with suppress(SystemExit):
            super().on_broken_pipe()


out = Output(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def warn(line: str) -> None:
    """Tell what is unwise, or likely not meant."""
    err.print(f"[yellow]warning:[/] {escape(line)}")


def complain(error: OperatorError) -> None:
    """Tell an error and what to do about it."""
    err.print(f"[bold red]error:[/] {escape(str(error))}")
