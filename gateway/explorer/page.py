"""GET /explorer and its files."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from html import escape

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from gateway.explorer.bundle import StaticFile, content, read_entry, read_files
from gateway.explorer.model import ExplorerConfig
from gateway.explorer.policy import FILE_HEADERS, page_headers

_PATH = "/explorer"
_STATIC = "explorer/static/"
_FOR_EVER = "public, max-age=31536000, immutable"
_NONCE_BYTES = 16
_REFUSED = re.compile(r"q=0(\.0*)?")


def explorer_routes(
    config: ExplorerConfig, before: Sequence[Middleware] = ()
) -> list[Route | Mount]:
    """Return the page's route and that of its files, each behind ``before``.

    Raises BundleMissing if the bundle was not built.
    """
    read_entry()

    async def page(_request: Request) -> Response:
        return explorer_page(config, _PATH)

    return [
        Route(_PATH, page, name="explorer", middleware=before),
        # Relative: before a proxy the scheme, the host and the path may be others.
        Route(f"{_PATH}/", RedirectResponse(f"..{_PATH}")),
        Mount(f"/{_STATIC}".rstrip("/"), routes=[Route("/{path:path}", _file)], middleware=before),
    ]


def explorer_page(config: ExplorerConfig, path: str | None = None) -> Response:
    """Return the page, under a policy with a nonce of its own.

    `path` is where in the gateway it is served, the GraphQL endpoint unless given. The page names
    everything relative to it, so that a prefix that a proxy puts before both changes nothing.
    """
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    to_root = "../" * ((path or config.endpoint).count("/") - 1)
    return HTMLResponse(_html(config, nonce, to_root), headers=page_headers(nonce))


def _html(config: ExplorerConfig, nonce: str, to_root: str) -> str:
    """Write the page. Paths are relative, so that a proxy may serve it below any prefix.

    Scripts need no nonce: the policy lets in our own files, and nothing written into the page.
    """
    entry = read_entry()
    static = f"{to_root}{_STATIC}"
    styles = "".join(
        f'<link rel="stylesheet" href="{static}{style}" nonce="{nonce}">\n'
        for style in entry.styles
    )
    scripts = "".join(
        f'<script type="module" src="{static}{script}"></script>\n' for script in entry.scripts
    )
    preloads = "".join(
        f'<link rel="modulepreload" href="{static}{script}">\n' for script in entry.preloads
    )
    settings = _inert(replace(config, endpoint=to_root + config.endpoint[1:]).to_json())
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(config.title)}</title>\n{styles}{preloads}"
        f'<script type="application/json" id="explorer-config">{settings}</script>\n'
        f"{scripts}</head>\n<body>\n"
        '<div id="explorer"></div>\n'
        "<noscript>The explorer needs JavaScript. The API itself does not.</noscript>\n"
        "</body>\n</html>\n"
    )


def _inert(text: str) -> str:
    """Escape what could end the script element or begin a comment in it."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


async def _file(request: Request) -> Response:
    file = read_files().get(request.path_params["path"])
    if file is None:
        raise HTTPException(404)
    gzipped = file.compressible and _accepts_gzip(request.headers.get("accept-encoding", ""))
    headers = _headers(file, gzipped=gzipped)
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = await to_thread.run_sync(partial(content, file, gzipped=gzipped))
    return Response(body, headers=headers, media_type=file.media_type)


def _headers(file: StaticFile, *, gzipped: bool) -> dict[str, str]:
    return {
        **FILE_HEADERS,
        "Cache-Control": _FOR_EVER if file.hashed else "no-cache",
        "ETag": f'"{file.etag}-gzip"' if gzipped else f'"{file.etag}"',
        "Vary": "Accept-Encoding",
        **({"Content-Encoding": "gzip"} if gzipped else {}),
    }


def _accepts_gzip(header: str) -> bool:
    offers = (item.replace(" ", "").lower().partition(";") for item in header.split(","))
    return any(name == "gzip" and not _REFUSED.fullmatch(weight) for name, _, weight in offers)
