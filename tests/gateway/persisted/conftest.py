"""The shop's gateway, as it is at the HTTP door."""

from tests.gateway.http.conftest import gateway, shop

__all__ = ["gateway", "shop"]
