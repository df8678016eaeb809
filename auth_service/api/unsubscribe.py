"""``/unsubscribe``: declining a kind of mail by the link in it, without signing in.

A GET only asks: programs that check links for viruses open them. A POST does it, also the one that
a mail program sends by itself (RFC 8058). Not guarded by the gateway key: browsers come here.
"""

from collections.abc import Awaitable, Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from auth_service.core.unsubscribe_links import LinkRefused, UnsubscribeLinks
from auth_service.services.choose_notifications import decline
from shared.database import Database
from shared.errors import TimedOut, Unavailable

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ASKS = "<form method='post'><button>Unsubscribe / Abbestellen / Se désabonner</button></form>"
DONE = "Unsubscribed. / Abbestellt. / Désabonné."
REFUSED = "This link is not valid. / Dieser Link ist ungültig. / Ce lien n’est pas valable."
LATER = "Please try again later. / Bitte später noch einmal. / Réessayez plus tard."


def unsubscribe_endpoint(
    database: Database, links: UnsubscribeLinks
) -> Callable[[Request], Awaitable[Response]]:
    """200 with a page that asks, or after it is done; 403 for a link that is not ours."""

    async def unsubscribe(request: Request) -> Response:
        try:
            user_id, kind = links.read(request.query_params)
            if request.method != "POST":
                return _page(ASKS)
            await decline(database, user_id, kind)
        except LinkRefused:
            return _page(escape(REFUSED), 403)
        except (Unavailable, TimedOut):
            return _page(escape(LATER), 503)
        return _page(escape(DONE))

    return unsubscribe


def _page(content: str, status: int = 200) -> Response:
    page = f"<!doctype html><meta charset='utf-8'><title>EST</title><p>{content}</p>"
    return HTMLResponse(page, status, HEADERS)
