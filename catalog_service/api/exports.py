"""``GET /exports/stats.csv``: files behind signed links, for browsers. Not guarded by the key."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from catalog_service.core.export_links import ExportLinks, LinkRefused
from catalog_service.services.export_stats import export_stats
from shared.database import Database


def exports_endpoint(
    database: Database, links: ExportLinks
) -> Callable[[Request], Awaitable[Response]]:
    """200 and the file, streamed; 403 for a link that is not ours or no longer good."""

    async def export(request: Request) -> Response:
        try:
            wanted = links.read(request.query_params, datetime.now(UTC))
        except LinkRefused:
            return JSONResponse({"error": "FORBIDDEN"}, status_code=403)
        name = f"stats-{wanted.first}-{wanted.last}.csv"
        return StreamingResponse(
            export_stats(database, wanted),
            media_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
            },
        )

    return export
