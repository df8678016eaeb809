"""Text → document, a pattern for each thing: what graphql-core's parser makes of it, or nothing.

graphql-core reads a token at a time, each an object in a chain, and a node by its constructor: that
is a tenth of what a small new document costs. Here one pattern takes a field with its alias, and
what is not read at a glance (a mistake, block strings, escapes, descriptions) is left to
graphql-core: there is one parser to tell what is wrong with a document.

The nodes are graphql-core's, without locations. Only values have one, by which a shape finds its
literals. Nothing in them leads back up, so they are freed without the garbage collector.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, NoReturn, TypeVar

import msgspec
from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    Node,
    NonNullTypeNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    Source,
    StringValueNode,
    TypeNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
)

N = TypeVar("N", bound=Node)

_IGNORED = r"(?:[ \t\n\r,]|#[^\n\r]*)*+"
_NAME = r"[_A-Za-z][_0-9A-Za-z]*+"
_AFTER_NUMBER = r"(?![_0-9A-Za-z.])"


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern of one thing, with all that may be ignored behind it."""
    return re.compile(f"(?:{text}){_IGNORED}")


_NOTHING = re.compile(_IGNORED)
_FIELD = _pattern(f"({_NAME}){_IGNORED}(?::{_IGNORED}({_NAME}))?")
_FRAGMENT = _pattern(rf"\.\.\.{_IGNORED}(?:on\b{_IGNORED}({_NAME})|({_NAME}))?")
_KEYWORD = _pattern(rf"(query|mutation|subscription)\b{_IGNORED}({_NAME})?")
_DEFINED_FRAGMENT = _pattern(rf"fragment\b{_IGNORED}({_NAME}){_IGNORED}on\b{_IGNORED}({_NAME})")
_VARIABLE = _pattern(rf"\${_IGNORED}({_NAME}){_IGNORED}:")
_ARGUMENT = _pattern(f"({_NAME}){_IGNORED}:")
_DIRECTIVE = _pattern(f"@{_IGNORED}({_NAME})")
_NAMED = _pattern(f"({_NAME})")
_VALUE = _pattern(
    rf"\${_IGNORED}(?P<variable>{_NAME})"
    rf"|(?P<name>{_NAME})"
    rf"|(?P<int>-?(?:0|[1-9][0-9]*+)){_AFTER_NUMBER}"
    rf"|(?P<float>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?){_AFTER_NUMBER}"
    r'|(?P<string>"[ !#-\[\]-~\u00a0-\ud7ff]*+")(?!")'
)
_PIECES = re.compile(r"[_0-9A-Za-z]+|\.\.\.|[^ \t\n\r,]")
"""At least as many as there are tokens and comments."""
MOST_NESTED = 60
"""Far below graphql-core's own limit, and any that a gateway has."""


class _At(msgspec.Struct, frozen=True):
    """The location of a value; graphql-core's own has tokens, too.

    Errors about a value look for its ``source``; nobody reads them (``quick_validation``).
    """

    start: int
    source: ClassVar[Source] = Source("")


class _NotAtAGlance(Exception):
    """graphql-core is to read it."""


def parse_quickly(text: str, max_tokens: int) -> DocumentNode | None:
    """Return what graphql-core would, without locations; None where it has to be asked."""
    if len(text) > max_tokens and len(_PIECES.findall(text)) > max_tokens:
        return None  # there may be fewer tokens, but that is for graphql-core to count
    try:
        return _Reader(text).document()
    except _NotAtAGlance:
        return None


def _give_up() -> NoReturn:
    raise _NotAtAGlance


def _node(kind: type[N], **values: Any) -> N:
    """A node without its constructor, which sets each field of a frozen class by a call.

    What is not given has its default in the class.
    """
    node = object.__new__(kind)
    node.__dict__.update(values)
    return node


def _name(value: str) -> NameNode:
    return _node(NameNode, value=value)


class _Reader:
    """Reads one document. Methods begin at a first character and end behind what is ignored."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.nested = 0

    def document(self) -> DocumentNode:
        """All definitions."""
        self._skip(0)
        definitions: list[DefinitionNode] = []
        while self.at < len(self.text):
            definitions.append(self._definition())
        if not definitions:
            _give_up()
        return _node(DocumentNode, definitions=tuple(definitions))

    def _skip(self, number: int) -> None:
        """Go on behind so many characters, and what may be ignored there."""
        found = _NOTHING.match(self.text, self.at + number)
        self.at = len(self.text) if found is None else found.end()

    def _is_at(self, character: str) -> bool:
        return self.text.startswith(character, self.at)

    def _expect(self, character: str) -> None:
        if not self.text.startswith(character, self.at):
            _give_up()
        self._skip(1)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.at)
        if found is None:
            _give_up()
        self.at = found.end()
        return found

    def _definition(self) -> DefinitionNode:
        if self._is_at("{"):
            return _node(
                OperationDefinitionNode,
                operation=OperationType.QUERY,
                selection_set=self._selection_set(),
            )
        if self._is_at("fragment"):
            return self._fragment_definition()
        kind, name = self._take(_KEYWORD).groups()
        return _node(
            OperationDefinitionNode,
            operation=OperationType(kind),
            name=_name(name) if name else None,
            variable_definitions=self._variable_definitions(),
            directives=self._directives(),
            selection_set=self._selection_set(),
        )

    def _fragment_definition(self) -> FragmentDefinitionNode:
        name, type_ = self._take(_DEFINED_FRAGMENT).groups()
        if name == "on":
            _give_up()
        return _node(
            FragmentDefinitionNode,
            name=_name(name),
            variable_definitions=(),
            type_condition=_node(NamedTypeNode, name=_name(type_)),
            directives=self._directives(),
            selection_set=self._selection_set(),
        )

    def _selection_set(self) -> SelectionSetNode:
        self._enter("{")
        selections: list[SelectionNode] = []
        while not self._is_at("}"):
            found = _FIELD.match(self.text, self.at)
            if found is None:
                selections.append(self._fragment())
            else:
                self.at = found.end()
                selections.append(self._field(*found.groups()))
        if not selections:
            _give_up()
        self._leave()
        return _node(SelectionSetNode, selections=tuple(selections))

    def _enter(self, bracket: str) -> None:
        self._expect(bracket)
        self.nested += 1
        if self.nested > MOST_NESTED:
            _give_up()

    def _leave(self) -> None:
        self.nested -= 1
        self._skip(1)

    def _field(self, first: str, second: str | None) -> FieldNode:
        """The rest of a field: ``first`` is its name, or its alias before its name."""
        follows = self.text[self.at : self.at + 1]
        values: dict[str, Any] = {"name": _name(second or first)}
        if second is not None:
            values["alias"] = _name(first)
        if follows == "(":
            values["arguments"] = self._arguments()
            follows = self.text[self.at : self.at + 1]
        if follows == "@":
            values["directives"] = self._directives()
            follows = self.text[self.at : self.at + 1]
        if follows == "{":
            values["selection_set"] = self._selection_set()
        return _node(FieldNode, **values)

    def _fragment(self) -> FragmentSpreadNode | InlineFragmentNode:
        type_, name = self._take(_FRAGMENT).groups()
        if name == "on":
            _give_up()
        directives = self._directives()
        if name is not None:
            return _node(FragmentSpreadNode, name=_name(name), directives=directives)
        return _node(
            InlineFragmentNode,
            type_condition=type_ and _node(NamedTypeNode, name=_name(type_)),
            directives=directives,
            selection_set=self._selection_set(),
        )

    def _arguments(self) -> tuple[ArgumentNode, ...] | None:
        if not self._is_at("("):
            return None
        self._skip(1)
        arguments: list[ArgumentNode] = []
        while not self._is_at(")") or not arguments:
            name = _name(self._take(_ARGUMENT)[1])
            arguments.append(_node(ArgumentNode, name=name, value=self._value()))
        self._skip(1)
        return tuple(arguments)

    def _directives(self) -> tuple[DirectiveNode, ...] | None:
        directives: list[DirectiveNode] = []
        while self._is_at("@"):
            name = _name(self._take(_DIRECTIVE)[1])
            directives.append(_node(DirectiveNode, name=name, arguments=self._arguments()))
        return tuple(directives) or None

    def _value(self) -> ValueNode:
        start = _At(self.at)
        if self._is_at("["):
            return self._list(start)
        if self._is_at("{"):
            return self._object(start)
        found = self._take(_VALUE)
        value = found[found.lastgroup or 0]
        match found.lastgroup:
            case "variable":
                return _node(VariableNode, name=_name(value), loc=start)
            case "name":
                return _named_value(value, start)
            case "int":
                return _node(IntValueNode, value=value, loc=start)
            case "float":
                return _node(FloatValueNode, value=value, loc=start)
            case _:
                return _node(StringValueNode, value=value[1:-1], block=False, loc=start)

    def _list(self, start: _At) -> ListValueNode:
        self._enter("[")
        values: list[ValueNode] = []
        while not self._is_at("]"):
            values.append(self._value())
        self._leave()
        return _node(ListValueNode, values=tuple(values), loc=start)

    def _object(self, start: _At) -> ObjectValueNode:
        self._enter("{")
        fields: list[ObjectFieldNode] = []
        while not self._is_at("}"):
            name = _name(self._take(_ARGUMENT)[1])
            fields.append(_node(ObjectFieldNode, name=name, value=self._value()))
        self._leave()
        return _node(ObjectValueNode, fields=tuple(fields), loc=start)

    def _variable_definitions(self) -> tuple[VariableDefinitionNode, ...] | None:
        """Definitions without directives."""
        if not self._is_at("("):
            return None
        self._skip(1)
        definitions: list[VariableDefinitionNode] = []
        while not self._is_at(")") or not definitions:
            variable = _node(VariableNode, name=_name(self._take(_VARIABLE)[1]))
            type_, default = self._type(), self._default()
            if self._is_at("@"):
                _give_up()
            definitions.append(
                _node(VariableDefinitionNode, variable=variable, type=type_, default_value=default)
            )
        self._skip(1)
        return tuple(definitions)

    def _default(self) -> ValueNode | None:
        """A value without variables."""
        if not self._is_at("="):
            return None
        self._skip(1)
        start = self.at
        value = self._value()
        if "$" in self.text[start : self.at]:
            _give_up()
        return value

    def _type(self) -> TypeNode:
        type_: Any
        if self._is_at("["):
            self._enter("[")
            type_ = _node(ListTypeNode, type=self._type())
            if not self._is_at("]"):
                _give_up()
            self._leave()
        else:
            type_ = _node(NamedTypeNode, name=_name(self._take(_NAMED)[1]))
        if self._is_at("!"):
            self._skip(1)
            return _node(NonNullTypeNode, type=type_)
        named: TypeNode = type_
        return named


def _named_value(value: str, start: _At) -> ValueNode:
    match value:
        case "true" | "false":
            return _node(BooleanValueNode, value=value == "true", loc=start)
        case "null":
            return _node(NullValueNode, loc=start)
        case _:
            return _node(EnumValueNode, value=value, loc=start)
