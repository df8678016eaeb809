"""Uploading pictures."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

import strawberry

from catalog_service.api.context import ADMIN, PARTNER, Info, signed_in_id
from catalog_service.domain.images import MOST_BYTES
from catalog_service.schemas.images import ImageUpload
from catalog_service.services.keep_image import may_upload
from shared.graphql.fields import mutation
from shared.limits import Limit

PlaceId = Annotated[UUID, strawberry.argument(description="The place that the picture is of.")]
UPLOADS_HOURLY: Final = Limit(200, 3600, "image-uploads")
CONTENT_TYPES: Final = ("image/jpeg", "image/png", "image/webp")


@strawberry.type
class ImageMutations:
    """Root fields about pictures."""

    @mutation(
        "A link for uploading a picture of a place or its food; for its owners and managers. A "
        "picture that no offer or schedule shows is removed after a day. Errors: UNAUTHENTICATED, "
        "FORBIDDEN, NOT_FOUND, RATE_LIMITED.",
        authenticated=True,
    )
    async def create_image_upload(self, info: Info, place_id: PlaceId) -> ImageUpload | None:
        context = info.context
        user_id = signed_in_id(await context.reading(PARTNER, ADMIN))
        await context.limiter.take(UPLOADS_HOURLY, str(user_id))
        await context.write(
            lambda session, actor: may_upload(session, actor, place_id), PARTNER, ADMIN
        )
        url, expires = context.images.make(
            user_id,
            place_id,
            datetime.now(UTC),
            is_admin=context.actor.is_admin,
            token_version=context.actor.token_version,
        )
        return ImageUpload(
            upload_url=url,
            expires_at=expires,
            max_bytes=MOST_BYTES,
            content_types=list(CONTENT_TYPES),
        )
