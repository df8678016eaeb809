"""The committed bundle: built from the sources beside it, its licences with it, from anywhere."""

import hashlib
import json
from pathlib import Path

from gateway.explorer.bundle import FOLDER

SOURCES = FOLDER.parent / "ui"
INPUTS = ("build", "src", "package-lock.json", "package.json", "tsconfig.json", "vite.config.ts")


def _fingerprint() -> str:
    """As ui/build/sources.ts computes it."""
    digest = hashlib.sha256()
    files = [file for name in INPUTS for file in _files(SOURCES / name)]
    for file in sorted(files, key=lambda file: file.as_posix()):
        digest.update(f"{file.relative_to(SOURCES).as_posix()}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]


def test_bundle_is_built_from_the_sources() -> None:
    built = (FOLDER / "SOURCE.sha256").read_text().strip()
    assert built == _fingerprint(), "run make explorer and commit gateway/explorer/static"


def test_lock_file_names_no_download_address() -> None:
    packages = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    assert len(packages) > 50
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_licences_of_what_is_bundled_are_with_it() -> None:
    licences = (FOLDER / "LICENSES.txt").read_text()
    for package in ("graphiql ", "graphql ", "monaco-editor ", "react ", "prettier "):
        assert f"\n{package}" in licences
