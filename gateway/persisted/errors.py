"""Why a document that is sent by name, or by its text, is not run.

Clients compare the messages of the first two letter by letter (Apollo Client, urql): on "not found"
they send the text once more, on "not supported" they stop sending names.
"""

from gateway.operation.errors import OperationRefused


class PersistedQueryNotFound(OperationRefused):
    """No document is known under the name: the client may send its text."""

    code = "PERSISTED_QUERY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("PersistedQueryNotFound")


class PersistedQueryNotSupported(OperationRefused):
    """Documents are neither stored nor trusted here: names are of no use."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"

    def __init__(self) -> None:
        super().__init__("PersistedQueryNotSupported")


class HashMismatch(OperationRefused):
    """The hash that came with a text is not the text's: nothing may be stored or run under it."""

    code = "PERSISTED_QUERY_HASH_MISMATCH"

    def __init__(self) -> None:
        super().__init__("The hash is not that of the query.")


class NotTrusted(OperationRefused):
    """Only trusted documents are answered, and the caller may not explore."""

    code = "PERSISTED_QUERY_ONLY"

    def __init__(self) -> None:
        super().__init__("Only trusted documents are answered here: send a document's id.")


class NameInvalid(OperationRefused):
    """``extensions.persistedQuery`` is not of the one form that is known."""

    code = "BAD_USER_INPUT"
