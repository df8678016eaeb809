"""From text to a validated document, once per text.

Good documents are kept within bounds of entries and of characters, without the tokens they were
read from. Rejected ones have a small memory of their own, so that junk cannot push good ones out. A
mutation that carries string literals is never kept: passwords get typed there.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NameNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.validation import (
    ASTValidationRule,
    OverlappingFieldsCanBeMergedRule,
    ValuesOfCorrectTypeRule,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from shared.graphql.complexity import largest_operation
from shared.graphql.cost import DEFAULT_COST, CostOf
from shared.graphql.selections import Memory
from shared.loop.turns import Turns
from shared.validation.errors import without_repeats
from shared.validation.input_faults import LiteralsRule, about_values
from shared.validation.nesting import NESTED_TOO_DEEPLY, is_nested_too_deeply
from shared.validation.overlaps import OverlappingFieldsRule

LONG_CHARACTERS = 2_000
_NEVER_NAMED = (NameNode, SelectionSetNode)
"""By errors, which name the nodes that these belong to."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What a subgraph answers. Its caller is a gateway that has its own, tighter limits.

    ``root_fields``: without ``_entities``, which a gateway may need once for each place. ``items``:
    of one list in arguments or variables, equal ones too; ``keys``: of one object there (each fault
    in it is told with the whole object); ``text``: characters of one string in variables (domains
    tell what is too long for them); ``values``: of all variables. ``cost``: see
    ``shared.graphql.cost``. ``kept_characters``: a full collection of garbage looks at 0.35 objects
    for each of them, and holds the loop meanwhile.
    """

    characters: int = 200_000
    tokens: int = 30_000
    definitions: int = 500
    depth: int = 30
    fields: int = 5_000
    root_fields: int = 100
    items: int = 1_000
    keys: int = 60
    representations: int = 3_000
    text: int = 500_000
    values: int = 50_000
    cost: int = DEFAULT_COST
    errors: int = 10
    kept: int = 1_000
    kept_characters: int = 300_000
    rejected_kept: int = 100


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document ready to run, or the errors that forbid it."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    costs: dict[str | None, CostOf] = field(default_factory=dict)
    is_conditional: bool = True
    introspects: bool = False
    memories: dict[int, Memory] = field(default_factory=dict)

    def memory_of(self, operation: OperationDefinitionNode) -> Memory | None:
        """What executions of this operation remember; None where variables choose the fields."""
        if self.is_conditional:
            return None
        return self.memories.setdefault(id(operation), Memory())


OURS: dict[type[ASTValidationRule], type[ASTValidationRule]] = {
    ValuesOfCorrectTypeRule: LiteralsRule,
    OverlappingFieldsCanBeMergedRule: OverlappingFieldsRule,
}
# Made once: rule classes built per request would never be equal, and cost more than validating
RULES: tuple[type[ASTValidationRule], ...] = (
    *(OURS.get(rule, rule) for rule in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


class DocumentCache:
    """Prepares documents for one schema."""

    def __init__(self, schema: GraphQLSchema, limits: DocumentLimits, *, suggest: bool) -> None:
        self._schema = schema
        self._limits = limits
        self._suggest = suggest
        self._kept: OrderedDict[str, PreparedDocument] = OrderedDict()
        self._kept_characters = 0
        self._rejected: OrderedDict[str, PreparedDocument] = OrderedDict()
        self._preparing = asyncio.Lock()
        self._turns = Turns()

    async def prepare(self, text: str) -> PreparedDocument:
        """The document in ``text``, parsed, measured and validated.

        A long one is prepared beside the event loop, one at a time: 30,000 tokens take a quarter of
        a second, and nobody else should wait for them (``shared.http.server``: how threads switch).
        Short ones share the loop: each takes up to 4 ms.
        """
        known = self._known(text)
        if known is not None:
            return known
        if len(text) <= LONG_CHARACTERS:
            await self._turns.next()
            prepared = self._known(text) or self._prepare(text)  # known by now, of a crowd
        else:
            async with self._preparing:
                known = self._known(text)
                if known is not None:
                    return known
                prepared = await asyncio.to_thread(self._prepare, text)
        if prepared is not self._known(text):
            self._keep(text, prepared)
        return prepared

    def _known(self, text: str) -> PreparedDocument | None:
        known = self._kept.get(text)
        if known is None:
            return self._rejected.get(text)
        self._kept.move_to_end(text)
        return known

    def _prepare(self, text: str) -> PreparedDocument:
        if len(text) > self._limits.characters:
            return _rejected("OPERATION_TOO_COMPLEX", "The document is too long.")
        try:
            return self._prepared(parse(text, max_tokens=self._limits.tokens))
        except GraphQLSyntaxError as fault:
            if is_nested_too_deeply(fault):
                return _rejected("OPERATION_TOO_COMPLEX", NESTED_TOO_DEEPLY)
            if "Parsing aborted" in fault.message:
                message = f"The document has more than {self._limits.tokens} tokens."
                return _rejected("OPERATION_TOO_COMPLEX", message)
            fault.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            return PreparedDocument(None, (fault.with_traceback(None),))  # it is kept
        except RecursionError:
            return _rejected("OPERATION_TOO_COMPLEX", NESTED_TOO_DEEPLY)

    def _prepared(self, document: DocumentNode) -> PreparedDocument:
        """Measure and validate. Raises ``RecursionError`` where it is nested too deeply."""
        if len(document.definitions) > self._limits.definitions:
            return _rejected("OPERATION_TOO_COMPLEX", "The document has too many definitions.")
        size = largest_operation(document)
        if size.depth > self._limits.depth or size.fields > self._limits.fields:
            return _rejected("OPERATION_TOO_COMPLEX", "The operation is too complex.")
        if size.width > self._limits.root_fields:
            return _rejected("OPERATION_TOO_COMPLEX", "The operation has too many root fields.")
        if size.items > self._limits.items:
            return _rejected("OPERATION_TOO_COMPLEX", "A list in the document is too long.")
        if size.keys > self._limits.keys:
            return _rejected("OPERATION_TOO_COMPLEX", "An object in the document is too large.")
        reported = validate(
            self._schema,
            document,
            RULES,
            max_errors=self._limits.errors,
            hide_suggestions=not self._suggest,
        )
        if any(is_nested_too_deeply(error) for error in reported):
            return _rejected("OPERATION_TOO_COMPLEX", NESTED_TOO_DEEPLY)
        errors = without_repeats(reported)
        for error, is_about_a_value in zip(errors, about_values(errors), strict=True):
            code = "BAD_USER_INPUT" if is_about_a_value else "GRAPHQL_VALIDATION_FAILED"
            error.extensions = {"code": code, **(error.extensions or {})}
        return PreparedDocument(
            None if errors else document,
            tuple(errors),
            is_conditional=size.is_conditional,
            introspects=size.introspects,
        )

    def _keep(self, text: str, prepared: PreparedDocument) -> None:
        if prepared.document is None:
            self._keep_rejected(text, prepared)
            return
        if len(text) > self._limits.kept_characters or types_secrets(prepared.document):
            return
        forget_tokens(prepared.document)
        self._kept[text] = prepared
        self._kept_characters += len(text)
        while (
            len(self._kept) > self._limits.kept
            or self._kept_characters > self._limits.kept_characters
        ):
            dropped, _ = self._kept.popitem(last=False)
            self._kept_characters -= len(dropped)

    def _keep_rejected(self, text: str, prepared: PreparedDocument) -> None:
        if len(text) > self._limits.kept_characters // self._limits.kept:
            return
        if '"' in text and "mutation" in text:  # a typing error beside a password
            return
        self._rejected[text] = prepared
        while len(self._rejected) > self._limits.rejected_kept:
            self._rejected.popitem(last=False)


def _rejected(code: str, message: str) -> PreparedDocument:
    return PreparedDocument(None, (GraphQLError(message, extensions={"code": code}),))


def forget_tokens(document: DocumentNode) -> None:
    """Let go of a document's tokens, each linked to the next and back, and of most locations.

    They are three quarters of its objects. What errors name (fields, values, variables) keeps its
    place in the text.
    """
    token = None if document.loc is None else document.loc.start_token
    while token is not None:
        token.prev, token = None, token.next  # no cycle for the garbage collector
    waiting: list[Node] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _NEVER_NAMED):
            object.__setattr__(node, "loc", None)  # nodes are frozen
        elif node.loc is not None:
            del node.loc.start_token, node.loc.end_token
        for key in node.keys:
            value = getattr(node, key)
            if isinstance(value, Node):
                waiting.append(value)
            elif isinstance(value, tuple):
                waiting.extend(each for each in value if isinstance(each, Node))


class _StringFinder(Visitor):
    found = False

    def enter_string_value(self, _node: StringValueNode, *_: object) -> None:
        self.found = True


def types_secrets(document: DocumentNode) -> bool:
    """Whether a mutation of the document carries a string literal."""
    mutations = any(
        isinstance(node, OperationDefinitionNode) and node.operation is OperationType.MUTATION
        for node in document.definitions
    )
    if not mutations:
        return False
    finder = _StringFinder()
    visit(document, finder)
    return finder.found
