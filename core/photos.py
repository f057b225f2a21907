"""What counts as a photo: judged by its content, never by its name, and written anew before anybody keeps it.

Only the picture itself is kept: the place where a phone took it, and whatever else a file carries beside its picture,
is left behind.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

MOST_BYTES = 10 * 1024 * 1024
"""Of a photo as it comes; phones make two to eight million."""
MEDIA_TYPE = "image/jpeg"
"""Of a photo as it is kept."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS = 64_000_000
"""Of a picture that is opened at all: a small file may hold one that fills the memory."""
_LONGEST_SIDE = 2048
_QUALITY = 85


class NotAPhoto(ValueError):
    """The content is no picture of a known format, or is damaged."""


class PhotoTooLarge(ValueError):
    """More bytes or pixels than a photo may have."""


def as_kept(content: bytes) -> bytes:
    """Return a photo as a JPEG of our own, upright and no larger than a screen needs. Takes up to a second.

    Args:
        content: A JPEG, PNG or WebP file.

    Raises:
        NotAPhoto: It is none of them, or cannot be read to its end.
        PhotoTooLarge: It has more bytes or pixels than a photo may have.
    """
    if len(content) > MOST_BYTES:
        raise PhotoTooLarge
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise PhotoTooLarge
            opened.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            picture = _on_white(ImageOps.exif_transpose(opened))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, PhotoTooLarge | Image.DecompressionBombError):
            raise PhotoTooLarge from error
        raise NotAPhoto from error
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=_QUALITY)
    return kept.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """Return a picture without transparency, which a JPEG does not know."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    with_alpha = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return white
