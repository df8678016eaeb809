"""Shows the mail that auth writes while no SMTP server is set: its links are needed to go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

_MARK = "mail to "
_EVERY_SECONDS = 0.3


async def relay_mail(log: Path, show: Callable[[str], None]) -> None:
    """Follow auth's log and show what it says of mail; never ends."""
    with log.open(errors="replace") as lines:
        rest = ""
        while True:
            rest += lines.read()
            *whole, rest = rest.split("\n")
            for line in whole:
                if line.startswith(_MARK):
                    show(line)
            await asyncio.sleep(_EVERY_SECONDS)
