"""What counts as a photo, and what is left of it."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from core.photos import MOST_BYTES, NotAPhoto, PhotoTooLarge, as_kept
from tests.photo_files import COLOUR, photo_file

PLACE = "41.0082 N 28.9784 E"


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content), formats=["JPEG"])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_a_jpeg_without_what_stands_beside_its_picture(kind: str) -> None:
    sent = photo_file((3000, 1500), kind, comment=PLACE)
    assert PLACE.encode() in sent
    kept = as_kept(sent)
    picture = opened(kept)
    assert PLACE.encode() not in kept and not picture.getexif()
    assert picture.size == (2048, 1024)
    assert all(abs(is_ - was) < 8 for is_, was in zip(picture.getpixel((9, 9)), COLOUR, strict=True))  # type: ignore[arg-type]


def test_a_photo_that_was_held_upright_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    sent = BytesIO()
    Image.new("RGB", (400, 300)).save(sent, "JPEG", exif=exif)
    assert opened(as_kept(sent.getvalue())).size == (300, 400)


def test_what_shines_through_becomes_white() -> None:
    sent = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(sent, "PNG")
    assert opened(as_kept(sent.getvalue())).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        photo_file(kind="GIF"),
        photo_file(kind="TIFF"),
        photo_file()[:900],
    ],
    ids=["empty", "pdf", "svg", "first bytes of a JPEG", "gif", "tiff", "cut off"],
)
def test_anything_else_is_no_photo(sent: bytes) -> None:
    with pytest.raises(NotAPhoto):
        as_kept(sent)


def test_too_many_bytes_or_pixels_are_refused() -> None:
    with pytest.raises(PhotoTooLarge):
        as_kept(photo_file() + bytes(MOST_BYTES))
    small_file = BytesIO()
    Image.new("1", (20_000, 20_000)).save(small_file, "PNG")  # 400 million pixels
    assert len(small_file.getvalue()) < MOST_BYTES
    with pytest.raises(PhotoTooLarge):
        as_kept(small_file.getvalue())
