"""Who asks, and what they may have: callers from access tokens, authorization directives."""
