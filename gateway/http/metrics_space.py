"""Room for a worker's metrics, taken before they are counted.

Workers count in files that are mapped into memory. Such a file has no blocks until something is
written there; on a full disk that write ends the process by SIGBUS, and the next worker's too. So a
worker has its files' blocks allotted while it can still do without them.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BYTES = 262_144
"""Some thousand series of each kind."""
_KINDS = ("counter", "histogram", "gauge_all", "gauge_livesum", "gauge_livemax")


def reserve_metrics_space() -> str | None:
    """Allot this process's files; None, or why there is no room: its metrics are its own then.

    To be called before prometheus_client is imported, which looks at once where FOLDER is.
    """
    folder = os.environ.get(FOLDER)
    if folder is None:
        return None
    files = [Path(folder) / f"{kind}_{os.getpid()}.db" for kind in _KINDS]
    try:
        for file in files:
            with file.open("wb") as out:
                os.posix_fallocate(out.fileno(), 0, _BYTES)
    except OSError as error:
        for file in files:
            file.unlink(missing_ok=True)
        del os.environ[FOLDER]
        return f"no room for the metrics of all workers in {folder}: {error.strerror}"
    return None
