"""Bodies and query strings → requests (GraphQL over HTTP, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from gateway.http.errors import ParametersInvalid, bad_request
from gateway.operation.errors import OperationRefused
from gateway.request.graphql_request import GraphQLRequest
from gateway.request.json_input import KeyRepeated, NestedTooDeeply, NotJson, loads

ANSWERED_ONE_BY_ONE = 1_000
Requests = GraphQLRequest | list[GraphQLRequest | OperationRefused]
_MOST_PARAMETERS = 64
_IDS = ("documentId", "doc_id")
_NAMES = ("query", "operationName", "variables", "extensions", *_IDS)
_NAMING = frozenset({"query", "extensions", *_IDS})


def decode_json(body: bytes) -> Any:
    """Decode a body. Raises HttpRefused (400) for anything but JSON in UTF-8."""
    return _decode(body, "The body")


def _decode(text: bytes, what: str) -> Any:
    try:
        return loads(text)
    except KeyRepeated as error:
        key = str(error)[:50]
        raise bad_request(f"{what} has an object with the key {key!r} twice.") from None
    except NestedTooDeeply:
        raise bad_request(f"{what} is nested too deeply.") from None
    except NotJson:
        raise bad_request(f"{what} is not valid JSON.") from None


def requests_from_body(body: bytes, max_batch: int) -> Requests:
    """Read one request, or the array of a batch. Raises HttpRefused (400)."""
    decoded = decode_json(body)
    if isinstance(decoded, list):
        return _batch(decoded, max_batch)
    if not isinstance(decoded, dict):
        raise bad_request("The body must be a JSON object or an array of objects.")
    try:
        return request_from(decoded)
    except ParametersInvalid as error:
        raise bad_request(str(error)) from None


def _batch(items: list[Any], max_batch: int) -> list[GraphQLRequest | OperationRefused]:
    if not items:
        raise bad_request("A batch needs at least one operation.")
    if len(items) > max_batch:
        # One error for each operation, as clients expect of a batch; but not for an attack's, nor
        # where batches are switched off.
        each = len(items) if max_batch > 1 and len(items) <= ANSWERED_ONE_BY_ONE else None
        raise bad_request(f"A batch may have at most {max_batch} operations.", items=each)
    if any(isinstance(item, list) for item in items):
        raise bad_request("Batches cannot be nested.")
    if not any(isinstance(item, dict) for item in items):
        raise bad_request("The items of a batch must be JSON objects.")
    return [_item(item) for item in items]


def _item(item: Any) -> GraphQLRequest | OperationRefused:
    if not isinstance(item, dict):
        return ParametersInvalid("The items of a batch must be JSON objects.")
    try:
        return request_from(item)
    except ParametersInvalid as error:
        return error


def request_from(values: Mapping[str, Any]) -> GraphQLRequest:
    """Check the parameters of one request. Raises ParametersInvalid."""
    query = values.get("query")
    operation_name = values.get("operationName")
    variables = values.get("variables")
    extensions = values.get("extensions")
    if not isinstance(query, str | None):
        raise ParametersInvalid("`query` must be a string.")
    if not isinstance(operation_name, str | None):
        raise ParametersInvalid("`operationName` must be a string or null.")
    if not isinstance(variables, dict | None):
        raise ParametersInvalid("`variables` must be an object or null.")
    if not isinstance(extensions, dict | None):
        raise ParametersInvalid("`extensions` must be an object or null.")
    ids = [values[name] for name in _IDS if values.get(name) is not None]
    if not all(isinstance(id_, str) for id_ in ids):
        raise ParametersInvalid("`documentId` must be a string.")
    if len(set(ids)) > 1:
        raise ParametersInvalid("`documentId` and `doc_id` name two documents.")
    document_id = ids[0] if ids else None
    if query is None and document_id is None and not (extensions or {}).get("persistedQuery"):
        raise ParametersInvalid("`query` is missing.")
    return GraphQLRequest(query, operation_name, variables or {}, extensions or {}, document_id)


def names_document(query_string: bytes) -> bool:
    """Tell whether a query string has its document in it, by text, by hash or by id."""
    names = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    return any(name in _NAMING for name, _ in names)


def request_from_query_string(query_string: bytes) -> GraphQLRequest:
    """Read a GET request. Raises HttpRefused (400)."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except (UnicodeDecodeError, ValueError):
        raise bad_request("The query string is not valid.") from None
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise bad_request(f"`{name[:50]}` is given twice.")
        if name in _NAMES:
            values[name] = value
    for name in ("variables", "extensions"):
        if name in values:
            text = values[name].encode()
            values[name] = _decode(text, f"`{name}`") if text else None
    if values.get("operationName") == "":
        del values["operationName"]
    try:
        return request_from(values)
    except ParametersInvalid as error:
        raise bad_request(str(error)) from None
