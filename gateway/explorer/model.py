"""What the explorer's page is told: frozen data, written to the page as JSON in camelCase."""

import hashlib
import json

from pydantic import ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass

_STRICT = ConfigDict(
    extra="forbid",
    alias_generator=to_camel,
    validate_by_name=True,
    validate_by_alias=False,
    serialize_by_alias=True,
)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Step:
    """One prepared operation: a tab of the page and a line of its guide.

    `variables` is JSON text whose strings may hold templates (see templates.py).
    """

    operation: str
    title: str
    about: str
    query: str
    variables: str


@dataclass(frozen=True, slots=True, config=_STRICT)
class Section:
    """Steps that tell one story; `role`: what the account that runs them should be."""

    title: str
    steps: tuple[Step, ...]
    about: str = ""
    role: str | None = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class Field:
    """One variable of the sign-in operation that a person types."""

    name: str
    label: str
    type: str = "text"

    def __post_init__(self) -> None:
        if self.type not in {"text", "email", "password"}:
            raise ValueError(f"the type of field {self.name!r} is text, email or password")


@dataclass(frozen=True, slots=True, config=_STRICT)
class Refresh:
    """How an access token is renewed; `final_codes` mean that signing in again is the only way."""

    document: str
    variable: str
    access_token_path: str
    expires_in_path: str | None = None
    final_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class SignIn:
    """The operation that signs in, and where its data holds what; paths are dotted."""

    document: str
    fields: tuple[Field, ...]
    access_token_path: str
    refresh_token_path: str | None = None
    expires_in_path: str | None = None
    name_path: str | None = None
    role_claim: str = "roles"
    refresh: Refresh | None = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class DemoAccount:
    """An account that demo data contains, offered for signing in with one click."""

    label: str
    values: dict[str, str]
    role: str | None = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class Hint:
    """What to say, and which step helps, where an operation fails with one of `codes`.

    `operations`: those that it is for; none: all that no other hint is for. `step` is the operation
    of a step; `sign_in`: signing in helps.
    """

    codes: tuple[str, ...]
    text: str
    operations: tuple[str, ...] = ()
    step: str | None = None
    sign_in: bool = False


@dataclass(frozen=True, slots=True, config=_STRICT)
class ExplorerConfig:
    """The whole page. `endpoint` is the path of the GraphQL endpoint in the gateway."""

    title: str = "GraphQL explorer"
    endpoint: str = "/graphql"
    sections: tuple[Section, ...] = ()
    sign_in: SignIn | None = None
    demo_accounts: tuple[DemoAccount, ...] = ()
    query_plan: bool = True
    hints: tuple[Hint, ...] = ()

    def to_json(self) -> str:
        """Return what the page reads; `revision` tells it that tabs it stored are out of date."""
        values = _CONFIG.dump_python(self, mode="json")
        sections = json.dumps(values["sections"]).encode()
        return json.dumps({**values, "revision": hashlib.sha256(sections).hexdigest()[:16]})

    def documents(self) -> tuple[str, ...]:
        """Return the sign-in operations, which whoever is signed out must be allowed to send."""
        if self.sign_in is None:
            return ()
        refresh = self.sign_in.refresh
        return (self.sign_in.document, *((refresh.document,) if refresh else ()))


_CONFIG = TypeAdapter(ExplorerConfig)
