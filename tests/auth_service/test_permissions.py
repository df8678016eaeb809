"""Who may do what, see what: every cell of the auth service's operations."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from tests.auth_service.subgraph import Subgraph

ROLES = ["anonymous", "user", "partner", "admin"]
FIELDS = "id role email isVerified createdAt"


@dataclass
class Cast:
    """One account of each role, a stranger, and their access tokens."""

    ids: dict[str, str]
    tokens: dict[str, str | None]


@pytest.fixture
async def cast(subgraph: Subgraph) -> Cast:
    sessions = {
        "user": await subgraph.signed_in("user@example.com"),
        "partner": await subgraph.signed_in("partner@example.com", "PARTNER"),
        "admin": await subgraph.admin(),
        "stranger": await subgraph.signed_in("stranger@example.com"),
    }
    tokens: dict[str, str | None] = {
        name: session["accessToken"] for name, session in sessions.items()
    }
    ids = {name: session["user"]["id"] for name, session in sessions.items()}
    return Cast(ids, {"anonymous": None, **tokens})


GIVEN = {"anonymous": "UNAUTHENTICATED", "user": "FORBIDDEN", "partner": "FORBIDDEN"}
SIGNED_OUT = {"anonymous": "UNAUTHENTICATED"}
STRANGERS = {"anonymous": "UNAUTHENTICATED", "user": "NOT_FOUND", "partner": "NOT_FOUND"}
CELLS: dict[str, dict[str, str]] = {
    "{ me { id } }": {},
    '{ user(id: "STRANGER") { email } }': STRANGERS,
    "{ users { edges { node { email } } } }": GIVEN,
    'mutation { setRole(userId: "STRANGER", role: PARTNER) { id } }': GIVEN,
    'mutation { deleteAccount(password: "Wr0ng-password") }': {
        "anonymous": "UNAUTHENTICATED",
        "user": "INVALID_CREDENTIALS",
        "partner": "INVALID_CREDENTIALS",
        "admin": "INVALID_CREDENTIALS",
    },
    'mutation { changePassword(currentPassword: "Wr0ng-password", newPassword: "Passw0rd-2") '
    "{ accessToken } }": {
        "anonymous": "UNAUTHENTICATED",
        "user": "INVALID_CREDENTIALS",
        "partner": "INVALID_CREDENTIALS",
        "admin": "INVALID_CREDENTIALS",
    },
    'mutation { register(email: "new@example.com", password: "Passw0rd-1") { id } }': {},
    'mutation { login(email: "user@example.com", password: "Passw0rd-1") { expiresIn } }': {},
    'mutation { resendVerification(email: "user@example.com") }': {},
    'mutation { requestPasswordReset(email: "user@example.com") }': {},
    "mutation { becomePartner { id } }": {
        "anonymous": "UNAUTHENTICATED",
        "user": "EMAIL_NOT_VERIFIED",
        "admin": "FORBIDDEN",
    },
    "mutation { signOutEverywhere }": SIGNED_OUT,  # last: the tokens are worthless afterwards
}


@pytest.mark.parametrize("role", ROLES)
async def test_every_cell(subgraph: Subgraph, cast: Cast, role: str) -> None:
    found, expected = {}, {}
    for operation, codes in CELLS.items():
        query = operation.replace("STRANGER", cast.ids["stranger"])
        found[operation] = (await subgraph.ask(query, cast.tokens[role])).code
        expected[operation] = codes.get(role)
    assert found == expected


async def representation(subgraph: Subgraph, token: str | None, user_id: str) -> dict[str, Any]:
    query = (
        f"query($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on User {{ {FIELDS} }} }} }}"
    )
    answer = await subgraph.ask(query, token, r=[{"__typename": "User", "id": user_id}])
    assert answer.code is None
    entity: dict[str, Any] = answer.data["_entities"][0]
    return entity


@pytest.mark.parametrize("viewer", [*ROLES, "stranger"])
async def test_what_an_entity_shows_to_whom(subgraph: Subgraph, cast: Cast, viewer: str) -> None:
    entity = await representation(subgraph, cast.tokens[viewer], cast.ids["partner"])
    assert entity["id"] == cast.ids["partner"]
    assert entity["role"] == "PARTNER"
    private = [entity[name] for name in ("email", "isVerified", "createdAt")]
    if viewer in {"partner", "admin"}:
        assert private[0] == "partner@example.com"
        assert None not in private
    else:
        assert private == [None, None, None]


async def test_a_private_field_under_any_name(subgraph: Subgraph, cast: Cast) -> None:
    query = (
        "query($r: [_Any!]!) { _entities(representations: $r) "
        "{ ... on User { role: email id: isVerified ...P } } } fragment P on User { x: email }"
    )
    answer = await subgraph.ask(
        query, cast.tokens["user"], r=[{"__typename": "User", "id": cast.ids["partner"]}]
    )
    assert answer.data["_entities"] == [{"role": None, "id": None, "x": None}]


async def test_a_deleted_account_is_a_null_entity(subgraph: Subgraph, cast: Cast) -> None:
    await subgraph.sql("DELETE FROM users WHERE email = 'stranger@example.com'")
    query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on User { id } } }"
    ids = [cast.ids["user"], cast.ids["stranger"]]
    answer = await subgraph.ask(query, r=[{"__typename": "User", "id": id_} for id_ in ids])
    assert answer.errors == []
    assert answer.data["_entities"] == [{"id": cast.ids["user"]}, None]


async def test_pages_of_users_cover_all_once(subgraph: Subgraph, cast: Cast) -> None:
    query = (
        "query($a: String) { users(first: 2, after: $a) "
        "{ edges { node { email } } pageInfo { hasNextPage endCursor } } }"
    )
    found: list[str] = []
    after = None
    while True:
        page = (await subgraph.ask(query, cast.tokens["admin"], a=after)).data["users"]
        found += [edge["node"]["email"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == [
        "user@example.com",
        "partner@example.com",
        "root@example.com",
        "stranger@example.com",
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: 0", None),
        ("first: 100", None),
        ("first: -1", "BAD_USER_INPUT"),
        ("first: 101", "BAD_USER_INPUT"),
        ("first: 99999999", "BAD_USER_INPUT"),
        ('after: "forged"', "BAD_USER_INPUT"),
        ("role: PARTNER", None),
    ],
)
async def test_arguments_of_pages(
    subgraph: Subgraph, cast: Cast, arguments: str, code: str | None
) -> None:
    query = f"{{ users({arguments}) {{ edges {{ node {{ role }} }} }} }}"
    assert (await subgraph.ask(query, cast.tokens["admin"])).code == code


async def test_a_cursor_of_another_filter_is_refused(subgraph: Subgraph, cast: Cast) -> None:
    query = "{ users(role: USER) { pageInfo { endCursor } } }"
    answer = await subgraph.ask(query, cast.tokens["admin"])
    cursor = answer.data["users"]["pageInfo"]["endCursor"]
    other = f'{{ users(role: PARTNER, after: "{cursor}") {{ edges {{ cursor }} }} }}'
    assert (await subgraph.ask(other, cast.tokens["admin"])).code == "BAD_USER_INPUT"


SET_ROLE = "mutation($u: UUID!, $r: Role!) { setRole(userId: $u, role: $r) { id role email } }"


async def test_a_new_role_ends_sessions(subgraph: Subgraph, cast: Cast) -> None:
    session = (await subgraph.login("stranger@example.com")).data["login"]
    answer = await subgraph.ask(SET_ROLE, cast.tokens["admin"], u=cast.ids["stranger"], r="PARTNER")
    assert answer.data["setRole"]["role"] == "PARTNER"
    assert (await subgraph.refresh(session["refreshToken"])).code == "TOKEN_INVALID"


async def test_nobody_changes_their_own_role(subgraph: Subgraph, cast: Cast) -> None:
    answer = await subgraph.ask(SET_ROLE, cast.tokens["admin"], u=cast.ids["admin"], r="USER")
    assert answer.code == "FORBIDDEN"


async def test_a_demoted_admin_is_one_no_more_at_once(subgraph: Subgraph, cast: Cast) -> None:
    await subgraph.sql("UPDATE users SET role = 'user' WHERE email = 'root@example.com'")
    answer = await subgraph.ask(SET_ROLE, cast.tokens["admin"], u=cast.ids["stranger"], r="ADMIN")
    assert answer.code == "FORBIDDEN"
    users = await subgraph.ask("{ users { edges { cursor } } }", cast.tokens["admin"])
    assert users.code == "FORBIDDEN"


async def test_the_last_admin_stays(subgraph: Subgraph, cast: Cast) -> None:
    delete = 'mutation { deleteAccount(password: "Passw0rd-1") }'
    assert (await subgraph.ask(delete, cast.tokens["admin"])).code == "CONFLICT"
    second = await subgraph.admin("second@example.com")
    assert (await subgraph.ask(delete, second["accessToken"])).code is None
    assert (await subgraph.ask(delete, cast.tokens["admin"])).code == "CONFLICT"


async def test_two_admins_who_demote_each_other_at_once_leave_one(
    subgraph: Subgraph, cast: Cast
) -> None:
    second = await subgraph.admin("second@example.com")
    answers = await asyncio.gather(
        subgraph.ask(SET_ROLE, cast.tokens["admin"], u=second["user"]["id"], r="USER"),
        subgraph.ask(SET_ROLE, second["accessToken"], u=cast.ids["admin"], r="USER"),
    )
    assert None in {answer.code for answer in answers}
    assert len(await subgraph.sql("SELECT 1 FROM users WHERE role = 'admin'")) == 1


async def test_roles_of_nobody(subgraph: Subgraph, cast: Cast) -> None:
    missing = "00000000-0000-0000-0000-000000000000"
    answer = await subgraph.ask(SET_ROLE, cast.tokens["admin"], u=missing, r="USER")
    assert answer.code == "NOT_FOUND"
    bad = await subgraph.ask(SET_ROLE, cast.tokens["admin"], u="nonsense", r="USER")
    assert bad.code == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "asked",
    ["users({})", "users({}, role: USER)", 'accounts({}, search: "example")', "auditLog({})"],
)
async def test_a_page_of_none_tells_whether_more_follow(
    subgraph: Subgraph, cast: Cast, asked: str
) -> None:
    role = {"u": cast.ids["stranger"], "r": "PARTNER"}
    assert (await subgraph.ask(SET_ROLE, cast.tokens["admin"], **role)).code is None

    async def page(arguments: str) -> dict[str, Any]:
        fields = "{ edges { cursor } pageInfo { hasNextPage endCursor } }"
        query = f"{{ list: {asked.format(arguments)} {fields} }}"
        found: dict[str, Any] = (await subgraph.ask(query, cast.tokens["admin"])).data["list"]
        return found

    none = {"edges": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}
    assert await page("first: 0") == none
    last = (await page("first: 100"))["pageInfo"]["endCursor"]
    none["pageInfo"] = {"hasNextPage": False, "endCursor": None}
    assert await page(f'first: 0, after: "{last}"') == none
