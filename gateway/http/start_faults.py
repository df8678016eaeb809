"""All that keeps a gateway from starting, so that it need not be started once for each fault."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gateway.config.file_reader import FileReader
from gateway.config.safety import check_safe
from gateway.config.settings import Explorer, GatewaySettings
from gateway.config.subgraphs import subgraph_configs
from gateway.explorer import load_explorer_config
from gateway.persisted import load_trusted
from gateway.runtime.supergraph_source import read_file, reader_of
from gateway.supergraph import load_supergraph
from shared.errors import ConfigurationError


def faults_at_start(settings: GatewaySettings) -> Iterator[str]:
    """Yield a line for each fault of the settings, and of the files that they name."""
    for look in (check_safe, _trusted_documents, _explorer, _supergraph):
        try:
            look(settings)
        except ConfigurationError as error:
            yield from str(error).splitlines()


def _trusted_documents(settings: GatewaySettings) -> None:
    if settings.persisted.trusted is not None:
        load_trusted(settings.persisted.trusted)


def _explorer(settings: GatewaySettings) -> None:
    if settings.explorer_mode is not Explorer.OFF:
        load_explorer_config(settings.explorer_config)


def _supergraph(settings: GatewaySettings) -> None:
    reader = reader_of(settings)
    if isinstance(reader, FileReader):
        read_file(reader, partial(_reachable, settings))


def _reachable(settings: GatewaySettings, sdl: str) -> None:
    """Raise where a supergraph, or how its subgraphs are reached, is at fault."""
    urls = {name: info.url for name, info in load_supergraph(sdl).subgraphs.items()}
    subgraph_configs(urls, settings)
