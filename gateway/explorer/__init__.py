"""The in-browser explorer: GraphiQL from our own files, configured by a folder, strictly confined.

>>> config = load_explorer_config(settings.explorer_config, endpoint=settings.graphql_path)
>>> app.routes.extend(explorer_routes(config))  # GET /explorer and /explorer/static/...
>>> explorer_page(config)  # the same page, for GET /graphql with Accept: text/html
"""

from gateway.explorer.config import ExplorerConfig, ExplorerConfigError, load_explorer_config
from gateway.explorer.page import explorer_page, explorer_routes

__all__ = [
    "ExplorerConfig",
    "ExplorerConfigError",
    "explorer_page",
    "explorer_routes",
    "load_explorer_config",
]
