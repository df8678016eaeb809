"""What is nested too deeply: refused, and for that reason.

Parsing, validating and measuring call themselves for each level. graphql-core stops at 200 levels
of one definition, and at 200 through fragments, but by errors that read otherwise; and what we do
ourselves may reach the end of the stack before. Both are refused as the one thing that they are.
"""

from graphql import GraphQLError

NESTED_TOO_DEEPLY = "The document is nested too deeply."


def is_nested_too_deeply(error: GraphQLError) -> bool:
    """Whether graphql-core gave up at this depth: the parser says so, validation only aborts.

    Where validation stops for the number of errors, it says that before.
    """
    return "nested too deeply" in error.message or error.message == "Validation aborted."
