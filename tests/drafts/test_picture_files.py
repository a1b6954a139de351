"""Pictures arrive as what is seen of them, and nothing else; what is none is refused in words."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from intake import database as db
from intake.drafts import FileRefused
from intake.drafts.pictures import PictureUnreadable, reencode_picture
from tests.tickets.example import Kept

GPS = 0x8825


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(f"sqlite:///{tmp_path}/intake.sqlite3")


def photo(kind: str, *, size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture with a place, a camera and an orientation in it, and a tail behind its end."""
    picture = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretCamera", 6
    exif.get_ifd(GPS)[2] = (59.0, 57.0, 0.0)
    written = io.BytesIO()
    if kind == "HEIF":
        heif = pillow_heif.from_pillow(picture)
        heif.save(written, exif=exif.tobytes(), format="HEIF")
    elif kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "SecretCamera")
        picture.save(written, "PNG", pnginfo=text, exif=exif)
    else:
        picture.save(written, kind, exif=exif)
    return written.getvalue() + b"<?php SecretCamera ?>"


@pytest.mark.parametrize(
    ("kind", "name", "stored", "media_type"),
    [
        ("JPEG", "photo.JPG", "photo.JPG", "image/jpeg"),
        ("PNG", "shot.png", "shot.png", "image/png"),
        ("WEBP", "shot.webp", "shot.webp", "image/webp"),
        ("HEIF", "IMG_0001.HEIC", "IMG_0001.jpg", "image/jpeg"),
        ("GIF", "old.gif", "old.png", "image/png"),
    ],
)
def test_only_what_is_seen_is_stored(
    kept: Kept, kind: str, name: str, stored: str, media_type: str
) -> None:
    _, draft_id = kept.draft()
    file = kept.files.add(draft_id, "screenshot", name, photo(kind))
    assert (file.name, file.media_type) == (stored, media_type)
    with db.reading(kept.engine) as connection:
        content = bytes(connection.execute(db.draft_files.select()).one().content)
    assert b"SecretCamera" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not dict(picture.getexif())
        assert picture.convert("RGB").getpixel((5, 5))[0] > 200  # type: ignore[index]
        # Turned upright, since the word for it is gone.
        assert picture.size == ((20, 40) if kind not in {"GIF", "HEIF"} else picture.size)
    assert file.size_bytes == len(content)


def test_a_long_screenshot_stays_readable() -> None:
    _, content = reencode_picture("long.png", photo("PNG", size=(400, 12_000)))
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (12_000, 400)


def test_a_huge_photo_is_made_smaller() -> None:
    _, content = reencode_picture("big.jpg", photo("JPEG", size=(6000, 4000)))
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.width * picture.height <= 16_000_000


def bomb() -> bytes:
    """A PNG of 30,000 × 30,000 dots in some kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    packed = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed)


@pytest.mark.parametrize(
    "content",
    [
        bomb(),
        b"\x89PNG\r\n\x1a\n" + b"0" * 100,
        b"\xff\xd8\xff\xe0garbage",
        b"GIF89a\x01",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypheic" + b"\0" * 50,
        photo("JPEG")[:300],
    ],
)
def test_what_is_no_picture_is_refused(kept: Kept, content: bytes) -> None:
    _, draft_id = kept.draft()
    with pytest.raises(FileRefused) as refused:
        kept.files.add(draft_id, "screenshot", "x.png", content)
    assert refused.value.reason == "unreadable"
    assert kept.files.list(draft_id) == []


def test_a_photo_that_is_decoded_a_thousand_times_over_is_refused_at_once() -> None:
    """Scans that change nothing cost 75 bytes each, and 10 MB of them ten minutes."""
    written = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(written, "JPEG", progressive=True)
    content = written.getvalue()
    last = content.rindex(b"\xff\xda")
    with pytest.raises(PictureUnreadable, match="PictureUnreadable"):
        reencode_picture("photo.jpg", content[:-2] + content[last:-2] * 200 + content[-2:])
    # What follows a picture's end, a film for instance, isn't its own.
    assert reencode_picture("photo.jpg", content + content[last:-2] * 200)[0] == "photo.jpg"
