"""Uploading pictures on the wire."""

from datetime import datetime

import strawberry


@strawberry.type(
    description="Where to send one picture: PUT its bytes there, no access token is needed. The "
    "answer is 201 with `imageUrl` for `imageUrls` of the place's offers; 400 or 413 with "
    "`violations` for what is no picture."
)
class ImageUpload:
    """A signed link."""

    upload_url: str = strawberry.field(description="Where to PUT the picture; good once.")
    expires_at: datetime = strawberry.field(description="Until when the link works.")
    max_bytes: int = strawberry.field(description="How large the picture may be.")
    content_types: list[str] = strawberry.field(
        description="What it may be; its content is looked at, not its name."
    )
