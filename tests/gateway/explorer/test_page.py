"""The page and its files over HTTP: the policy, what is cached, what does not exist."""

import gzip
import json
import re
from collections.abc import AsyncIterator
from urllib.parse import urljoin

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.explorer import ExplorerConfig, explorer_page, explorer_routes
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import running_gateway

CONFIG = ExplorerConfig(title="A </title><script>alert(1)</script> & more")


async def _graphql(_request: Request) -> Response:
    return explorer_page(CONFIG)


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = Starlette(routes=[Route("/graphql", _graphql), *explorer_routes(CONFIG)])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


def _assets(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="(explorer/static/[^"]+)"', page)


async def test_everything_the_page_names_is_there(client: httpx2.AsyncClient) -> None:
    page = await client.get("/explorer")
    assets = _assets(page.text)
    assert len(assets) >= 4
    for asset in assets:
        file = await client.get(f"/{asset}")
        assert file.status_code == 200
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert file.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in file.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("endpoint", "path", "to_endpoint", "to_files"),
    [
        ("/graphql", None, "graphql", "explorer/"),
        ("/graphql", "/explorer", "graphql", "explorer/"),
        ("/api/v1/graphql", None, "../../api/v1/graphql", "../../explorer/"),
        ("/api/v1/graphql", "/explorer", "api/v1/graphql", "explorer/"),
    ],
)
def test_page_finds_everything_from_where_it_is(
    endpoint: str, path: str | None, to_endpoint: str, to_files: str
) -> None:
    page = bytes(explorer_page(ExplorerConfig(endpoint=endpoint), path).body).decode()
    assert f'"endpoint": "{to_endpoint}"' in page
    assert set(re.findall(r'(?:href|src)="([./]*explorer/)', page)) == {to_files}


@pytest.mark.parametrize("endpoint", ["/graphql", "/api/v1/graphql"])
async def test_a_gateways_pages_lead_to_its_endpoint_and_to_their_files(endpoint: str) -> None:
    shop = Shop().subgraphs
    async with running_gateway(SUPERGRAPH, shop, graphql_path=endpoint) as gateway:
        for path in ("/explorer", endpoint):
            page = await gateway.client.get(path, headers={"accept": "text/html"})
            [found] = re.findall(r'"endpoint": "([^"]+)"', page.text)
            assert urljoin(path, found) == endpoint
            files = re.findall(r'(?:href|src)="([^"]+/static/[^"]+)"', page.text)
            assert len(files) >= 4
            for file in files:
                assert (await gateway.client.get(urljoin(path, file))).status_code == 200


async def test_page_names_nothing_of_another_origin(client: httpx2.AsyncClient) -> None:
    page = await client.get("/graphql")
    assert re.findall(r"(?:href|src)=\"(?!explorer/static/|data:,)", page.text) == []


async def test_scripts_come_from_us_only_and_styles_need_the_nonce(
    client: httpx2.AsyncClient,
) -> None:
    first, second = [await client.get("/explorer") for _ in range(2)]
    policy = first.headers["content-security-policy"].split("; ")
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', first.text))
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert f"style-src-elem 'self' 'nonce-{nonce}'" in policy
    assert nonce not in second.text
    assert first.headers["cache-control"] == "no-cache"


async def test_configuration_cannot_break_out_of_its_element(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/explorer")).text
    assert "<script>alert" not in page
    embedded = re.search(r'id="explorer-config">([^<]*)</script>', page)
    assert embedded is not None
    assert json.loads(embedded.group(1))["title"] == CONFIG.title


async def test_files_are_compressed_for_whoever_accepts_it(client: httpx2.AsyncClient) -> None:
    path = f"/{_assets((await client.get('/explorer')).text)[0]}"
    zipped = await client.get(path, headers={"accept-encoding": "br, gzip"})
    plain = await client.get(path, headers={"accept-encoding": "gzip;q=0"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < len(gzip.compress(plain.content)) * 2
    assert zipped.headers["etag"] != plain.headers["etag"]


async def test_an_unchanged_file_is_not_sent_again(client: httpx2.AsyncClient) -> None:
    file = await client.get("/explorer/static/LICENSES.txt")
    again = await client.get(
        "/explorer/static/LICENSES.txt", headers={"if-none-match": file.headers["etag"]}
    )
    assert file.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["gone.js", "../page.py", "%2e%2e/page.py", "", "assets"])
async def test_nothing_but_the_bundle_is_served(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(f"/explorer/static/{path}")).status_code == 404
