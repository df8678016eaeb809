"""The files in `schema/`, and what the code says that they should hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from est.errors import SchemaFault
from gateway.composition import CompositionFailed, SubgraphSource, compose

AUTH, CATALOG = "auth.graphql", "catalog.graphql"
SUPERGRAPH, API = "supergraph.graphql", "api.graphql"


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A service's place in the supergraph: its name, its file, where it is served by default."""

    name: str
    file: str
    url: str


SUBGRAPHS = (
    Subgraph("auth", AUTH, "http://127.0.0.1:8001/graphql"),
    Subgraph("catalog", CATALOG, "http://127.0.0.1:8000/graphql"),
)


def exported() -> dict[str, str]:
    """Return the SDL of both services by file name, from their code; no database is needed."""
    from auth_service.api.schema import schema as auth
    from catalog_service.api.schema import schema as catalog

    return {AUTH: _ended(auth.as_str()), CATALOG: _ended(catalog.as_str())}


def composed(sdl: Mapping[str, str]) -> dict[str, str]:
    """Return supergraph and API schema by file name; raises `SchemaFault` with every reason."""
    sources = [SubgraphSource(part.name, part.url, sdl[part.file]) for part in SUBGRAPHS]
    try:
        both = compose(sources)
    except CompositionFailed as failed:
        raise SchemaFault(f"The schemas do not compose.\n\n{failed}") from failed
    return {SUPERGRAPH: _ended(both.supergraph_sdl), API: _ended(both.api_sdl)}


def write(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write files whose text changed and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = [folder / name for name, text in texts.items() if read(folder, name) != text]
    for file in changed:
        file.write_text(texts[file.name])
    return changed


def read(folder: Path, name: str) -> str:
    """Return a file's text; empty where it does not exist."""
    file = folder / name
    return file.read_text() if file.exists() else ""


def _ended(text: str) -> str:
    return text.rstrip("\n") + "\n"
