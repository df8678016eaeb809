"""What docs/operations asks Prometheus for is what the three servers tell."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from est.demo.people import CUSTOMERS, PARTNERS, PASSWORD
from tests.audits.production import KEYS, SECRET, ProductionGateway
from tests.testkit.system import ROOT, System, eventually

FILES = ROOT / "docs" / "operations"
DASHBOARD = json.loads((FILES / "dashboard.json").read_text())
ALERTS = yaml.safe_load((FILES / "alerts.yaml").read_text())
SCRAPED = yaml.safe_load((FILES / "prometheus.yaml").read_text())
JOBS = ("est-gateway", "est-auth", "est-catalog")
FROM_PROMETHEUS = {"job", "instance"}
OWN_OF_PROMETHEUS = {"up"}

SELECTOR = re.compile(r"\b([a-z][a-z0-9_]*)\{([^}]*)\}")
MATCHER = re.compile(r"([a-z_]+)(=~|=)\"([^\"]*)\"")
GROUPING = re.compile(r"\bby \(([^)]*)\)")

Samples = Mapping[str, list[Mapping[str, str]]]
"""The labels of every sample, by its name."""


@dataclass(frozen=True)
class Asked:
    """One selector of an expression."""

    name: str
    matchers: Mapping[str, tuple[str, str]]

    @property
    def jobs(self) -> list[str]:
        kind, value = self.matchers.get("job", ("=~", ".*"))
        return [job for job in JOBS if (job == value if kind == "=" else re.fullmatch(value, job))]


def expressions() -> Iterator[tuple[str, str]]:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


def asked(expression: str) -> list[Asked]:
    return [
        Asked(name, {key: (kind, value) for key, kind, value in MATCHER.findall(matchers)})
        for name, matchers in SELECTOR.findall(expression)
    ]


def ask(url: str, query: str, **variables: Any) -> None:
    """Whatever the answer is: it counts."""
    request = urllib.request.Request(
        url,
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json", "apollographql-client-name": "watching"},
    )
    urllib.request.urlopen(request, timeout=30).close()


def scrape(port: int) -> Samples:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    found: dict[str, list[Mapping[str, str]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Samples]]:
    """What the three servers tell once mail was sent and one subgraph was away."""
    system = System(tmp_path_factory.mktemp("watched"), JWT_SECRET=SECRET, **KEYS)
    try:
        system.wait_until_up()
        alone = ProductionGateway(
            system, tmp_path_factory.mktemp("alone"), SUBGRAPHS__CATALOG__URL="http://127.0.0.1:9/"
        )
        try:
            alone.wait_until_up()
            yield busy(system, alone)
        finally:
            alone.stop()
    finally:
        system.stop()


def busy(system: System, alone: ProductionGateway) -> Mapping[str, Samples]:
    gateway = f"http://127.0.0.1:{system.ports['gateway']}/graphql"
    signing_up = 'mutation { register(email: "eve@example.com", password: "Secret-123", role: USER)'
    ask(gateway, signing_up + " { id } }")
    ask(gateway, "{ offers(first: 5) { edges { node { title } } } nothing }")
    ask(gateway, "{ offers(first: 5) { edges { node { title } } } }")
    cancel_as_partner(system)
    for _ in range(30):  # until the breaker opens
        ask(alone.url, "{ offers(first: 5) { edges { node { title } } } }")

    def handed_over() -> bool:
        return all(
            "outbox_items_total" in scrape(system.ports[name]) for name in ("auth", "catalog")
        )

    assert eventually(handed_over), "no outbox has sent anything"
    found = {f"est-{name}": scrape(port) for name, port in system.ports.items()}
    both = [found["est-gateway"], scrape(alone.port)]
    names = {name for samples in both for name in samples}
    found["est-gateway"] = {n: [x for samples in both for x in samples.get(n, ())] for n in names}
    return found


def cancel_as_partner(system: System) -> None:
    """Something of which catalog has to tell somebody: an event of its outbox."""

    def run(query: str, token: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        answer = system.ask(body, {"Authorization": f"Bearer {token}"})
        assert "errors" not in answer, answer
        return answer["data"]

    def sign_in(email: str) -> str:
        query = f'mutation {{ login(email: "{email}", password: "{PASSWORD}") {{ accessToken }} }}'
        return str(system.ask({"query": query})["data"]["login"]["accessToken"])

    baker, ana = sign_in(PARTNERS[0].email), sign_in(CUSTOMERS[0].email)
    [place, *_] = run("{ myPlaces { edges { node { id } } } }", baker)["myPlaces"]["edges"]
    offers = run(
        "query($p: UUID!) { offers(first: 1, filter: {placeId: $p, onlyAvailable: true}) "
        "{ edges { node { id } } } }",
        ana,
        p=place["node"]["id"],
    )
    reserved = run(
        "mutation($o: UUID!) "
        '{ reserveOffer(offerId: $o, quantity: 1, idempotencyKey: "w") { id } }',
        ana,
        o=offers["offers"]["edges"][0]["node"]["id"],
    )
    cancelling = 'mutation($r: UUID!) { cancelReservation(id: $r, reason: "oven") { id } }'
    run(cancelling, baker, r=reserved["reserveOffer"]["id"])


@pytest.mark.parametrize(("title", "expression"), list(expressions()))
def test_what_is_asked_for_is_told(
    told: Mapping[str, Samples], title: str, expression: str
) -> None:
    selectors = asked(expression)
    assert selectors, f"{title} asks for nothing"
    labels = set(FROM_PROMETHEUS)
    for each in selectors:
        if each.name in OWN_OF_PROMETHEUS:
            continue
        assert each.jobs, f"{title}: no server is meant by {each.matchers}"
        samples = [sample for job in each.jobs for sample in told[job].get(each.name, ())]
        assert samples, f"{title}: {each.name} is not told by {each.jobs}"
        known = set().union(*samples)
        wanted = {name for name in each.matchers if name not in FROM_PROMETHEUS}
        assert wanted <= known, f"{title}: {each.name} has {known}"
        if (path := each.matchers.get("path")) is not None:
            assert path[1] in {sample["path"] for sample in samples}
        labels |= known
    for grouping in GROUPING.findall(expression):
        assert {name.strip() for name in grouping.split(",")} <= labels, title


def test_the_files_fit_together() -> None:
    assert {job["job_name"] for job in SCRAPED["scrape_configs"]} == set(JOBS)
    assert SCRAPED["rule_files"] == ["alerts.yaml"]
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            assert {"summary", "action"} == set(rule["annotations"])
            assert rule["labels"]["severity"] in {"page", "ticket"}


@pytest.mark.parametrize("job", ["est-auth", "est-catalog"])
def test_outcomes_that_have_not_happened_are_there_at_nought(
    told: Mapping[str, Samples], job: str
) -> None:
    """Or the first of them is no increase, and "more fails than is sent" compares with nothing."""
    found = {sample["outcome"] for sample in told[job]["outbox_items_total"]}
    assert found == {"sent", "postponed", "given_up"}


@pytest.mark.parametrize(
    "arguments", [("check", "rules", "alerts.yaml"), ("test", "rules", "alerts.test.yaml")]
)
def test_prometheus_says_the_same(arguments: tuple[str, ...]) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("no promtool is installed on this machine (Debian: prometheus)")
    done = subprocess.run(
        [program, *arguments], cwd=FILES, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
