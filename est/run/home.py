"""One run in one folder: a second would share its data and fight over its logs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from est.errors import HomeTaken
from est.settings import Settings


@contextmanager
def own_home(settings: Settings) -> Iterator[None]:
    """Hold EST_HOME while the block lasts. Raises `HomeTaken` naming the run that holds it.

    The lock goes with the process, however that ends; the file stays.
    """
    home = settings.est_home
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise HomeTaken(
                f"EST runs already in {home}/: {file.read().strip() or 'it is just starting'}.\n"
                "Stop it first, or choose another folder with --home (and other ports)."
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, {settings.gateway_url}/graphql")
        file.flush()
        yield
