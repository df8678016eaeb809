"""The words that settings choose between."""

from enum import StrEnum


class Environment(StrEnum):
    """Where the process runs. Only ``dev`` forgives."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


class SubgraphAccess(StrEnum):
    """Who may call a subgraph: holders of its gateway key, or anyone (``dev`` only)."""

    KEY = "key"
    OPEN = "open"


class LogFormat(StrEnum):
    """One JSON object per line, or coloured text for people."""

    JSON = "json"
    CONSOLE = "console"


class JwtAlgorithm(StrEnum):
    """HS256 with ``JWT_SECRET``; ES256 with a key pair published as a JWKS."""

    HS256 = "HS256"
    ES256 = "ES256"
