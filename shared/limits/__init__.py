"""How often somebody may try: ``RateLimiter`` takes attempts, ``Limit`` says how many there are."""

from shared.limits.attempts import Limit, RateLimiter

__all__ = ["Limit", "RateLimiter"]
