"""Pictures of offers that are kept here: their names, and what is taken as one."""

import re
from typing import Final
from uuid import UUID

PATH: Final = "/images/"
CONTENT_TYPE: Final = "image/webp"
MOST_BYTES: Final = 10 * 1024 * 1024
"""Of what is uploaded."""
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 1600
"""Pixels of what is kept: larger pictures are made smaller."""
_NAME: Final = re.compile(r"[0-9a-f]{64}\.webp", re.ASCII)
_OWN: Final = re.compile(r"/images/[0-9a-f]{64}\.webp", re.ASCII)


def is_name(name: str) -> bool:
    """Whether a picture can be called so: SHA-256 of its place and content."""
    return _NAME.fullmatch(name) is not None


def is_own(url: str) -> bool:
    """Whether the address, as it is stored, is one of a picture that is kept here."""
    return _OWN.fullmatch(url) is not None


def name_in(url: str) -> str:
    """The name of the picture at an own address."""
    return url.removeprefix(PATH)


def content_of(place_id: UUID, data: bytes) -> bytes:
    """What a name is the digest of: a place's pictures are its own, whatever others have."""
    return place_id.bytes + data
