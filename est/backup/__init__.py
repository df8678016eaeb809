"""Both databases into a folder, and back: `est backup`, `est restore`."""

from est.backup.dump import back_up
from est.backup.restore import end_access, require_fillable, restore, unfinished_named

__all__ = ["back_up", "end_access", "require_fillable", "restore", "unfinished_named"]
