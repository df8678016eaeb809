"""graphql-core's validation, with less walking: the same rules say the same errors.

Half of a document's nodes are names, and no rule looks at one. What a rule looks at is known of its
class: graphql-core asks every rule for every kind of node, in each document anew, which is a
quarter of validating a small one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from graphql import (
    BREAK,
    SKIP,
    ASTValidationRule,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    ParallelVisitor,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    Visitor,
    visit,
)
from graphql.language.visitor import EnterLeaveVisitor
from graphql.type import assert_valid_schema
from graphql.validation.validate import (
    FragmentNestingVisitor,
    ValidationAbortedError,
    query_document_keys_to_validate,
)

_KEYS = {
    kind: tuple(key for key in keys if key not in {"name", "alias"})
    for kind, keys in query_document_keys_to_validate.items()
}
_NOTHING = EnterLeaveVisitor(None, None)


def validate(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: Collection[type[ASTValidationRule]],
    *,
    max_errors: int,
    hide_suggestions: bool,
) -> list[GraphQLError]:
    """Return what ``graphql.validate`` returns, where selection sets must not be empty."""
    assert_valid_schema(schema)
    errors: list[GraphQLError] = []
    type_info = TypeInfo(schema)

    def on_error(error: GraphQLError) -> None:
        if len(errors) >= max_errors:
            message = "Too many validation errors, error limit reached. Validation aborted."
            raise ValidationAbortedError(message)
        errors.append(error)

    context = ValidationContext(
        schema, document, type_info, on_error, hide_suggestions, allow_empty_selection_sets=False
    )
    visitors: list[Visitor] = [rule(context) for rule in rules]
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    if fragments:
        visitors.insert(0, FragmentNestingVisitor(fragments))
    try:
        visit(document, TypeInfoVisitor(type_info, RuleVisitor(visitors)), _KEYS)
    except ValidationAbortedError as error:
        error.__context__ = None
        errors.append(error.with_traceback(None))
    except RecursionError:
        errors.append(ValidationAbortedError("Validation aborted."))
    return errors


class RuleVisitor(ParallelVisitor):
    """Asks of each node only the rules that have something to say of its kind."""

    def get_enter_leave_for_kind(self, kind: str) -> EnterLeaveVisitor:
        """See Visitor."""
        known = self.enter_leave_map.get(kind)
        if known is None:
            known = self.enter_leave_map[kind] = self._for_kind(kind)
        return known

    def _for_kind(self, kind: str) -> EnterLeaveVisitor:
        asked = [
            (number, enter and getattr(visitor, enter), leave and getattr(visitor, leave))
            for number, visitor in enumerate(self.visitors)
            for enter, leave in (_methods_of(type(visitor), kind),)
            if enter or leave
        ]
        if not asked:
            return _NOTHING
        skipping = self.skipping

        def entered(node: Node, *where: Any) -> Any:
            for number, enter, _ in asked:
                if enter and not skipping[number]:
                    result = enter(node, *where)
                    if result is SKIP or result is False:
                        skipping[number] = node
                    elif result is BREAK or result is True:
                        skipping[number] = BREAK
            return None

        def left(node: Node, *where: Any) -> Any:
            for number, _, leave in asked:
                if not skipping[number]:
                    result = leave(node, *where) if leave else None
                    if result is BREAK or result is True:
                        skipping[number] = BREAK
                elif skipping[number] is node:
                    skipping[number] = None
            return None

        return EnterLeaveVisitor(entered, left)


_METHODS: dict[tuple[type, str], tuple[str | None, str | None]] = {}


def _methods_of(rule: type, kind: str) -> tuple[str | None, str | None]:
    """Names of what ``rule`` does when it enters and leaves nodes of a kind."""
    known = _METHODS.get((rule, kind))
    if known is None:
        known = _METHODS[rule, kind] = _method(rule, "enter", kind), _method(rule, "leave", kind)
    return known


def _method(rule: type, when: str, kind: str) -> str | None:
    """One for the kind alone goes before one for all."""
    names = (f"{when}_{kind}", when)
    return next((name for name in names if getattr(rule, name, None) is not None), None)
