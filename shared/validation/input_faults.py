"""Faults that graphql-core finds in literals and variables, as clients should read them.

``violations`` name places by the arguments of the field (``["input", "tags", 2]``), the same for a
literal, a variable, and a rule that only a resolver knows; what was refused is never repeated.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    SKIP,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    VisitorAction,
    validate_input_literal,
)
from graphql.validation import ValuesOfCorrectTypeRule

Path = tuple[str | int, ...]

_VARIABLE = re.compile(r"Variable '\$(?P<name>\w+)' has invalid value(?: at (?P<path>[^:]*))?: ")
_ARGUMENT = re.compile(r"Argument '(?P<name>\w+)' has invalid value(?: at (?P<path>[^:]*))?: ")
_NULL = re.compile(
    r"Expected variable '\$\w+' provided to non-null type '(?P<type>[^']+)' not to be"
)
_STEP = re.compile(r"\[(\d+)\]|(\w+)")
_MARK = "fault"
LONGEST_MESSAGE = 500
_REFUSED = re.compile(r" value: .*|,? [Ff]ound: .*", re.DOTALL)
_NAMED_FIRST = re.compile(
    r"(?P<kind>Value|unknown field) '(?P<value>.*)'(?P<end> does not exist in|[.])", re.DOTALL
)
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class InputFault:
    """One value that does not fit its type. ``message``: a sentence without the value."""

    path: Path
    message: str

    def violation(self) -> dict[str, Any]:
        """As it stands in ``violations``."""
        return {"path": list(self.path), "code": "INVALID_VALUE", "message": self.message}


def mark_fault(error: GraphQLError, fault: InputFault) -> None:
    """Note ``fault`` at the error that tells of it."""
    error.extensions = {_MARK: fault}


def fault_of(error: GraphQLError) -> InputFault | None:
    """What was noted at ``error``."""
    return (error.extensions or {}).get(_MARK)


def about_values(errors: Sequence[GraphQLError]) -> list[bool]:
    """Of each error whether it is about a value.

    The last may say that there are too many: it stands at no place, and is of the others' kind.
    """
    found: list[bool] = []
    for error in errors:
        ends_the_list = not error.nodes and bool(found)
        found.append(found[-1] if ends_the_list else fault_of(error) is not None)
    return found


class LiteralsRule(ValuesOfCorrectTypeRule):
    """The specification's rule "Values of Correct Type"; its errors are marked with the fault."""

    def is_valid_value_node(
        self, node: ValueNode, input_type: GraphQLInputType | None
    ) -> VisitorAction:
        """Report what is wrong in a literal, each fault with its place; visit no deeper."""
        if input_type is not None:

            def report(error: GraphQLError, below: list[str | int]) -> None:
                place = _literal_path(self.context.document, node)
                mark_fault(error, InputFault((*place, *below), without_value(error.message)))
                self.report_error(error)

            hide = self.context.hide_suggestions
            validate_input_literal(node, input_type, report, None, None, hide)
        return SKIP


def fault_of_variable(error: GraphQLError, argument_paths: Mapping[str, Path]) -> InputFault | None:
    """Where and what is wrong, if ``error`` is about a variable's value; else None."""
    match = _VARIABLE.match(error.message)
    if match is None:
        return None
    name = match["name"]
    path = (*argument_paths.get(name, (name,)), *_below(match))
    return InputFault(path, without_value(error.message[match.end() :]))


def fault_of_argument(error: GraphQLError) -> InputFault | None:
    """Likewise of an argument that a nullable variable made null: ``orderBy: $order``.

    The variable is not named: between gateway and service it is called something else.
    """
    match = _ARGUMENT.match(error.message)
    if match is None:
        return None
    said = _NULL.sub(r"Expected value of non-null type '\g<type>' not to be", error.message)
    return InputFault((match["name"], *_below(match)), without_value(said[match.end() :]))


def _below(match: re.Match[str]) -> Path:
    steps = _STEP.findall(match["path"] or "")
    return tuple(int(index) if index else name for index, name in steps)


def without_value(message: str) -> str:
    """graphql-core ends its messages with the value refused, in Python's words.

    Of enum values and fields it speaks first: their names stay, whatever else was sent does not.
    Python reads no number of more than 4,300 digits, and graphql-core passes its words on.
    """
    if "Exceeds the limit" in message:
        return "A number has too many digits."
    text = _REFUSED.sub(lambda found: " value." if found[0][1] == "v" else ".", message)
    text = _NAMED_FIRST.sub(_with_name_only, text)
    if len(text) > LONGEST_MESSAGE:
        text = f"{text[:LONGEST_MESSAGE]}…"
    return text.replace("not to be None", "not to be null")


def _with_name_only(found: re.Match[str]) -> str:
    name = found["value"]
    if not name.isidentifier():
        name = "…"
    shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    return f"{found['kind']} '{shown}'{found['end']}"


def argument_paths(document: DocumentNode) -> dict[str, Path]:
    """The argument, or the place in it, at which each variable is used first."""
    found: dict[str, Path] = {}
    for path, node in _inputs(document):
        if isinstance(node, VariableNode):
            found.setdefault(node.name.value, path)
    return found


def _literal_path(document: DocumentNode, literal: ValueNode) -> Path:
    """The place of ``literal``; empty if it stands in no argument."""
    return next((path for path, node in _inputs(document) if node is literal), ())


def _inputs(document: DocumentNode) -> Iterator[tuple[Path, ValueNode]]:
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            yield from _of_selections(definition.selection_set)


def _of_selections(selections: SelectionSetNode) -> Iterator[tuple[Path, ValueNode]]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            for argument in selection.arguments or ():
                yield from _of_value((argument.name.value,), argument.value)
        below = getattr(selection, "selection_set", None)
        if below is not None:
            yield from _of_selections(below)


def _of_value(path: Path, value: ValueNode) -> Iterator[tuple[Path, ValueNode]]:
    yield path, value
    if isinstance(value, ListValueNode):
        for index, item in enumerate(value.values):
            yield from _of_value((*path, index), item)
    elif isinstance(value, ObjectValueNode):
        for field in value.fields:
            yield from _of_value((*path, field.name.value), field.value)
