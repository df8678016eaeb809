"""Which browser the tests drive, and how it is started."""

from __future__ import annotations

import shutil

# Without the background flags Chromium looks up hosts of its maker at every start.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """Return the installed browser's path; the tests install none of their own."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    assert found, (
        f"the browser tests need one of {', '.join(_NAMES)} (Debian: apt install chromium)"
    )
    return found
