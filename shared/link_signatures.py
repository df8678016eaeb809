"""Signatures of links that are the credential themselves: who holds one may do what it says."""

import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

SIGNATURE = "signature"


class LinkSignatures:
    """Makes and checks them. ``secrets``: the first signs, all are accepted.

    ``purpose`` is part of the key, so that no link passes for one of another kind.
    """

    def __init__(self, secrets: Sequence[bytes], purpose: bytes) -> None:
        self._keys = [hmac.digest(secret, purpose, "sha256") for secret in secrets]

    def signed(self, given: Mapping[str, str]) -> str:
        """Return the query of a link that says ``given``."""
        return urlencode({**given, SIGNATURE: _signature(self._keys[0], given)})

    def are_ours(self, given: Mapping[str, str], signature: str) -> bool:
        """Whether ``given`` was signed here; all keys are tried, in constant time."""
        sent = signature.encode("utf-8", "replace")
        good = [hmac.compare_digest(_signature(key, given).encode(), sent) for key in self._keys]
        return any(good)


def _signature(key: bytes, given: Mapping[str, str]) -> str:
    return hmac.digest(key, urlencode(sorted(given.items())).encode(), "sha256").hex()
