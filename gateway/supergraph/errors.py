"""What is wrong with a supergraph text, in words a person can act on."""

from __future__ import annotations


class SupergraphInvalid(Exception):
    """The text is not a supergraph this gateway can serve.

    ``code`` is stable: SUPERGRAPH_SYNTAX (not GraphQL), SUPERGRAPH_NOT_JOINED (no join
    specification), UNSUPPORTED_JOIN_VERSION, UNSUPPORTED_FEATURE (a @link marked EXECUTION or
    SECURITY that this gateway does not know), SUPERGRAPH_MALFORMED (join directives that
    contradict each other or the schema), API_SCHEMA_INVALID.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
