"""What to write in a log of a connection that failed.

The kind of error alone, because its text may repeat what was sent; but for a certificate what is
wrong with it: nobody finds that out from ``ConnectError``.
"""

import ssl


def fault_of(error: BaseException) -> str:
    """Return the error's kind, or ``certificate: certificate has expired``."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"certificate: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
