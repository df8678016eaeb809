"""Which validation rules a document can break.

Every rule is asked at every node, though most documents have nothing that most rules are about:
without a ``$`` there is no variable to be undefined. Leaving those out takes half of the time of
validation and more, and no error: ``tests/gateway/operation/test_validation_rules.py``.
"""

from __future__ import annotations

import re

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    specified_rules,
)
from graphql.validation import (
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    FragmentsOnCompositeTypesRule,
    KnownArgumentNamesRule,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    KnownTypeNamesRule,
    MaxIntrospectionDepthRule,
    NoFragmentCyclesRule,
    NoUndefinedVariablesRule,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    OverlappingFieldsCanBeMergedRule,
    PossibleFragmentSpreadsRule,
    SingleFieldSubscriptionsRule,
    StreamDirectiveOnListField,
    UniqueArgumentNamesRule,
    UniqueDirectivesPerLocationRule,
    UniqueFragmentNamesRule,
    UniqueInputFieldNamesRule,
    UniqueVariableNamesRule,
    ValuesOfCorrectTypeRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
)

from shared.validation.input_faults import LiteralsRule
from shared.validation.overlaps import OverlappingFieldsRule

Rule = type[ASTValidationRule]

# Ours for overlaps and literals; KnownDirectives refuses @defer and @stream, which no schema has.
_LEFT_OUT: frozenset[Rule] = frozenset(
    {
        DeferStreamDirectiveLabel,
        DeferStreamDirectiveOnRootField,
        DeferStreamDirectiveOnValidOperationsRule,
        StreamDirectiveOnListField,
        OverlappingFieldsCanBeMergedRule,
        ValuesOfCorrectTypeRule,
    }
)
RULES: tuple[Rule, ...] = (
    *(rule for rule in specified_rules if rule not in _LEFT_OUT),
    OverlappingFieldsRule,
    LiteralsRule,
)

_ABOUT: tuple[tuple[str, frozenset[Rule]], ...] = (
    # What a text must match (somewhere, be it in a string) for these rules to find anything in it.
    (
        r"\$",
        frozenset(
            {
                UniqueVariableNamesRule,
                NoUndefinedVariablesRule,
                NoUnusedVariablesRule,
                VariablesAreInputTypesRule,
                VariablesInAllowedPositionRule,
            }
        ),
    ),
    (
        r"\(",
        frozenset(
            {
                KnownArgumentNamesRule,
                UniqueArgumentNamesRule,
                UniqueInputFieldNamesRule,
                LiteralsRule,
            }
        ),
    ),
    (r"@", frozenset({KnownDirectivesRule, UniqueDirectivesPerLocationRule})),
    (
        r"\.\.\.|fragment",
        frozenset(
            {
                FragmentsOnCompositeTypesRule,
                KnownFragmentNamesRule,
                PossibleFragmentSpreadsRule,
                UniqueFragmentNamesRule,
                NoUnusedFragmentsRule,
                NoFragmentCyclesRule,
            }
        ),
    ),
    (r"\$|\.\.\.|fragment", frozenset({KnownTypeNamesRule})),
    (r"subscription", frozenset({SingleFieldSubscriptionsRule})),
    (r"__(?:schema|type)\b", frozenset({MaxIntrospectionDepthRule})),
)
_PATTERNS = tuple((re.compile(pattern), rules) for pattern, rules in _ABOUT)


def rules_for(document: DocumentNode, text: str) -> tuple[Rule, ...]:
    """Return the rules that ``document``, which was parsed from ``text``, can break."""
    if not all(
        isinstance(node, OperationDefinitionNode | FragmentDefinitionNode)
        for node in document.definitions
    ):
        return RULES  # definitions of types, of which all rules say what they have to say
    idle: set[Rule] = set()
    for pattern, rules in _PATTERNS:
        if not pattern.search(text):
            idle |= rules
    return tuple(rule for rule in RULES if rule not in idle)
