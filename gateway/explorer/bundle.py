"""The built bundle in static/, read once: its entry, and each file ready to be sent."""

import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
_TEXT = frozenset({".js", ".css", ".txt", ".json", ".ttf", ".svg"})
_MEDIA_TYPES = {".js": "text/javascript", ".ttf": "font/ttf"}


class BundleMissing(RuntimeError):
    """gateway/explorer/static holds no built bundle (see gateway/explorer/ui/README.md)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page loads, as paths below static/."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file; `hashed`: its name changes with its content, so it may be kept for ever."""

    path: Path
    media_type: str
    etag: str
    hashed: bool
    compressible: bool


@cache
def read_entry() -> Entry:
    """Read the manifest that vite wrote.

    Raises BundleMissing if the bundle was not built.
    """
    try:
        manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BundleMissing(BundleMissing.__doc__) from error
    main = next(chunk for chunk in manifest.values() if chunk.get("isEntry"))
    return Entry(
        script=main["file"],
        styles=tuple(main.get("css", ())),
        preloads=tuple(manifest[name]["file"] for name in main.get("imports", ())),
    )


@cache
def read_files() -> dict[str, StaticFile]:
    """Read the names of all files: whatever is asked for that is not in here does not exist."""
    return {
        path.relative_to(FOLDER).as_posix(): _describe(path)
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    }


def _describe(path: Path) -> StaticFile:
    guessed = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"
    return StaticFile(
        path=path,
        media_type=guessed,
        etag=hashlib.sha256(path.read_bytes()).hexdigest()[:20],
        hashed=path.parent.name == "assets",
        compressible=path.suffix in _TEXT,
    )


@cache
def content(file: StaticFile, *, gzipped: bool) -> bytes:
    """Return the bytes to send; made at the first request for them, then kept (about 9 MB)."""
    plain = file.path.read_bytes()
    return gzip.compress(plain, mtime=0) if gzipped else plain
