"""A bucket on a real socket that checks signatures (AWS Signature Version 4), for tests.

Path-style addresses only: ``/{bucket}/{key}``. ``answers``: statuses to give before working again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.testkit.server import serving

KEY_ID, SECRET, REGION, BUCKET = "key-of-tests", "secret-of-tests", "eu-test-1", "pictures"


@dataclass
class Bucket:
    """What lies in it, by key, and how often a signature was wrong."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str | None] = field(default_factory=dict)
    refused: int = 0
    answers: list[int] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """One request for one object."""
        body = await request.body()
        if not is_signed(request, body):
            self.refused += 1
            return Response("<Error><Code>SignatureDoesNotMatch</Code></Error>", 403)
        if self.answers:
            return Response(status_code=self.answers.pop(0))
        key = request.path_params["key"]
        if request.method == "PUT":
            self.objects[key] = body
            self.types[key] = request.headers.get("content-type")
            return Response(headers={"ETag": '"1"'})
        if request.method == "DELETE":
            self.objects.pop(key, None)
            return Response(status_code=204)
        if key not in self.objects:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404)
        headers = {"ETag": '"1"', "Last-Modified": "Mon, 30 Nov 2026 00:00:00 GMT"}
        return Response(self.objects[key], headers=headers)


def is_signed(request: Request, body: bytes) -> bool:
    """Whether the request was signed with the key of tests, and its body with it."""
    scheme, _, fields = request.headers.get("authorization", "").partition(" ")
    parts = dict(each.strip().split("=", 1) for each in fields.split(",") if "=" in each)
    if scheme != "AWS4-HMAC-SHA256" or "Credential" not in parts:
        return False
    key_id, date, region, service, _ = parts["Credential"].split("/")
    digest = request.headers["x-amz-content-sha256"]
    if key_id != KEY_ID or region != REGION or digest != hashlib.sha256(body).hexdigest():
        return False
    names = parts["SignedHeaders"].split(";")
    canonical = "\n".join(
        [
            request.method,
            quote(request.url.path),
            request.url.query,
            *(f"{name}:{request.headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            digest,
        ]
    )
    scope = f"{date}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join([scheme, request.headers["x-amz-date"], scope, hashed])
    key = f"AWS4{SECRET}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["Signature"])


@asynccontextmanager
async def running_bucket() -> AsyncIterator[Bucket]:
    """The bucket, listening; ``url`` is its endpoint."""
    bucket = Bucket()
    route = Route(f"/{BUCKET}/{{key:path}}", bucket.answer, methods=["GET", "PUT", "DELETE"])
    async with serving(Starlette(routes=[route])) as url:
        bucket.url = url
        yield bucket
