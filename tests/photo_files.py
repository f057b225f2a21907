"""Files as customers send them: photos, and what only looks like one."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

COLOUR = (200, 40, 40)


def photo_file(
    size: tuple[int, int] = (640, 480), kind: str = "JPEG", *, comment: str = "", colour: tuple[int, int, int] = COLOUR
) -> bytes:
    """Return a picture of one colour as a file, with words where a camera writes the place and the owner."""
    exif = Image.Exif()
    exif[0x010E], exif[0x8298] = comment, comment  # description and copyright
    kept = BytesIO()
    Image.new("RGB", size, colour).save(kept, kind, exif=exif)
    return kept.getvalue()
