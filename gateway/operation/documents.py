"""Text → document: parsing under a bound of tokens, and validation under a bound of errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    parse,
    print_ast,
)

from gateway.operation.errors import (
    ErrorItem,
    ParseFailed,
    TooComplex,
    ValidationFailed,
    VariablesInvalid,
    error_item,
)
from gateway.operation.validation import validate
from gateway.operation.validation_rules import rules_for
from shared.validation.errors import without_repeats
from shared.validation.input_faults import about_values, fault_of
from shared.validation.nesting import NESTED_TOO_DEEPLY, is_nested_too_deeply

MAX_VALIDATION_ERRORS = 10


def parse_document(text: str, max_tokens: int) -> DocumentNode:
    """Parse a client's document. Raises ParseFailed or, past ``max_tokens``, TooComplex."""
    try:
        return parse(
            text,
            max_lexical_tokens=max_tokens,
            max_comments=max_tokens,
            allow_empty_selection_sets=False,
        )
    except GraphQLSyntaxError as error:
        if is_nested_too_deeply(error):
            raise TooComplex(NESTED_TOO_DEEPLY) from None
        if "Parsing aborted" in error.message:
            raise TooComplex(f"The document has more than {max_tokens} tokens.") from None
        raise ParseFailed(error.message, errors=[located(error, ParseFailed.code)]) from None


def validate_document(
    document: DocumentNode, text: str, schema: GraphQLSchema, *, hide_suggestions: bool
) -> None:
    """Raise ValidationFailed, with a bounded number of errors, if it does not fit the schema."""
    errors = validate(
        schema,
        document,
        rules_for(document, text),
        max_errors=MAX_VALIDATION_ERRORS,
        hide_suggestions=hide_suggestions,
    )
    if any(is_nested_too_deeply(error) for error in errors):
        raise TooComplex(NESTED_TOO_DEEPLY)
    if errors:
        told = without_repeats(errors)
        items = [_item(*each) for each in zip(told, about_values(told), strict=True)]
        raise ValidationFailed(errors[0].message, errors=items)


def _item(error: GraphQLError, is_about_a_value: bool) -> ErrorItem:
    fault = fault_of(error)
    if fault is None:
        return located(error, (VariablesInvalid if is_about_a_value else ValidationFailed).code)
    item = located(error, VariablesInvalid.code, violations=[fault.violation()])
    return {**item, "message": fault.message}


def located(error: GraphQLError, code: str, **extensions: Any) -> ErrorItem:
    """Turn graphql-core's error into an entry of ``errors``, its locations kept."""
    item = error_item(error.message, code, **extensions)
    locations: Sequence[Any] = error.locations or ()
    if locations:
        places = [{"line": place.line, "column": place.column} for place in locations]
        item = {"message": item["message"], "locations": places, "extensions": item["extensions"]}
    return item


def without_locations(document: DocumentNode) -> DocumentNode:
    """Return a copy that may be kept: a location holds on to all tokens of its document."""
    return parse(print_ast(document), no_location=True)
