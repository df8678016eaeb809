"""The built bundle in static/, read once: its entry, and each file ready to be sent."""

import gzip
import hashlib
import json
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.errors import ConfigurationError

FOLDER = Path(__file__).parent / "static"
# The first prepares what the second needs while it loads.
_SCRIPTS = ("src/nonce.ts", "src/main.tsx")
_TEXT = frozenset({".js", ".css", ".txt", ".json", ".ttf", ".svg"})
_MEDIA_TYPES = {".js": "text/javascript", ".ttf": "font/ttf"}


class BundleMissing(ConfigurationError):
    """There is no built bundle."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page loads, as paths below static/, in this order."""

    styles: tuple[str, ...]
    preloads: tuple[str, ...]
    scripts: tuple[str, ...]


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
        raise BundleMissing(
            "EXPLORER: gateway/explorer/static holds no bundle: make explorer, or EXPLORER=off"
        ) from error
    chunks = list(_with_imports(manifest, "src/main.tsx", set()))
    return Entry(
        styles=tuple(style for chunk in chunks for style in chunk.get("css", ())),
        preloads=tuple(chunk["file"] for chunk in chunks[:-1]),
        scripts=tuple(manifest[source]["file"] for source in _SCRIPTS),
    )


def _with_imports(manifest: dict[str, Any], name: str, seen: set[str]) -> Iterator[dict[str, Any]]:
    """Yield a chunk after the chunks that it imports, each once."""
    if name in seen:
        return
    seen.add(name)
    for imported in manifest[name].get("imports", ()):
        yield from _with_imports(manifest, imported, seen)
    yield manifest[name]


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
