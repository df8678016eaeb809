"""From what somebody uploaded to the picture that is kept: read, turned, made smaller, stripped.

What it is its content says, not its name or type: JPEG, PNG or WebP, nothing that could hold a
script. It is drawn anew, so that nothing but pixels is left of it: no place where it was taken, no
camera, no profile.
"""

import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageCms, ImageOps

from catalog_service.domain.images import LONGEST_SIDE, MOST_PIXELS

FORMATS: Final = ("JPEG", "PNG", "WEBP")
QUALITY: Final = 82
# What the decoders raise for files that are broken, or made to break them.
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    MemoryError,
)


class NotAPicture(Exception):
    """What was uploaded cannot be kept. ``code`` is for clients, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """WebP, upright, and its size in pixels."""

    data: bytes
    width: int
    height: int


def picture_of(uploaded: bytes) -> Picture:
    """The picture to keep. Takes CPU for a good while: call it off the loop.

    Raises ``NotAPicture``: NOT_AN_IMAGE, or TOO_LARGE for more pixels than are read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is judged below, before anything is read
            return _picture_of(uploaded)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise NotAPicture("NOT_AN_IMAGE", "A JPEG, PNG or WebP picture that is whole.") from error


def _too_large() -> NotAPicture:
    return NotAPicture("TOO_LARGE", f"At most {MOST_PIXELS // 1_000_000} million pixels.")


def _picture_of(uploaded: bytes) -> Picture:
    with Image.open(io.BytesIO(uploaded), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise _too_large()
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read smaller at once
        upright = ImageOps.exif_transpose(opened)
        drawn = _in_srgb(_in_eight_bits(upright))
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    drawn.info = {}  # the encoder would carry over what stands in it
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return Picture(out.getvalue(), drawn.width, drawn.height)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits, as scanners make it, in 8: converted as it is, nearly all of it is white."""
    if image.mode not in {"I", "I;16", "I;16B", "I;16L"}:
        return image
    wide = image if image.mode == "I" else image.convert("I")
    grey = wide.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    clear = image.info.get("transparency")
    grey.info = {} if clear is None else {"transparency": clear // 257}
    return grey


def _in_srgb(image: Image.Image) -> Image.Image:
    """The same colours without a profile; transparency stays."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if isinstance(profile, bytes) and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode=mode
            )
        except (ImageCms.PyCMSError, OSError):
            found = None  # a profile that fits no picture: as if there were none
        if found is not None:
            return found
    return image.convert(mode)
