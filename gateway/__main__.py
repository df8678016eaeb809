"""``python -m gateway``: serve a supergraph, explain what is done with an operation, compose.

python -m gateway --supergraph FILE --port N
python -m gateway explain operation|plan|projection SUPERGRAPH QUERY
python -m gateway compose ...
python -m gateway config-schema
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from gateway.config.loading import config_schema, read_any_settings
from gateway.config.safety import check_safe
from shared.errors import ConfigurationError, ServiceUnreachable
from shared.logs import configure_logs
from shared.process.heap import nothing_collected
from shared.process.standard_streams import keep_standard_streams

FAILED = 2


def main(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status."""
    keep_standard_streams()
    command = arguments[0] if arguments else ""
    if command == "explain":
        from gateway.cli.explain import main as explain  # noqa: PLC0415  serving needs none of it

        return explain(arguments[1:])
    if command == "compose":
        from gateway.cli.compose import main as compose  # noqa: PLC0415

        return compose(arguments[1:])
    if command == "config-schema":
        sys.stdout.write(config_schema() + "\n")
        return 0
    return _serve(arguments[1:] if command == "serve" else arguments)


def _serve(arguments: Sequence[str]) -> int:
    """Serve here, or watch over WORKERS processes that are each started as this one was."""
    from gateway.http.metrics_space import reserve_metrics_space  # noqa: PLC0415

    lacking = reserve_metrics_space()
    with nothing_collected():
        from gateway.http.app import create_app  # noqa: PLC0415
        from gateway.http.server import serve  # noqa: PLC0415
        from gateway.http.start_faults import faults_at_start  # noqa: PLC0415
        from gateway.http.workers import die_with_parent, supervise  # noqa: PLC0415

    options = _parser().parse_args(arguments)
    settings = None
    try:
        settings = read_any_settings(
            options.config,
            supergraph=options.supergraph,
            host=options.host,
            port=options.port,
        )
        configure_logs("gateway", settings.log_level, settings.log_format)
        if lacking is not None:
            structlog.get_logger(__name__).warning("metrics apart", reason=lacking)
        if settings.workers > 1:
            check_safe(settings)
            return supervise(arguments, settings)
        if settings.reuse_port:
            die_with_parent()
        return serve(create_app(settings, is_served=True), settings)
    except (ConfigurationError, ServiceUnreachable) as error:
        faults = str(error).splitlines()
        if settings is not None and isinstance(error, ConfigurationError):
            faults += faults_at_start(settings)
        lines = "\n".join(dict.fromkeys(faults))
        sys.stderr.write(f"gateway: {lines}\n")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--supergraph", help="a file or an http(s) URL")
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default 4000)")
    parser.add_argument("--config", type=Path, help="TOML or YAML file of settings")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
