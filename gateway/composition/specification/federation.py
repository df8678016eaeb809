"""The federation and link specifications apart from their directives: addresses and versions.

Source: the version history of the Federation specification, the link specification v1.0.
"""

from __future__ import annotations

Version = tuple[int, int]
"""(major, minor)."""

FEDERATION = "https://specs.apollo.dev/federation"
LINK = "https://specs.apollo.dev/link"
APOLLO = "https://specs.apollo.dev/"

NEWEST: Version = (2, 12)
"""Newer versions are refused: nobody knows yet what they will mean."""

JOIN_VERSIONS = (((2, 8), "0.5"), ((2, 7), "0.4"), ((1, 0), "0.3"))
"""Which join specification the supergraph needs, by the newest federation version used."""

LINK_SDL = """
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import])
  repeatable on SCHEMA
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
"""
