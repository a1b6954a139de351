"""
Decodes a customer's picture and encodes it again, so that only its pixels remain.

Location, camera and data hidden behind the end of the file aren't needed by support (EXIF, XMP,
comments, profiles, trailing data).
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from pathlib import PurePosixPath
from typing import Final

import pillow_heif
from PIL import Image, ImageOps

_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "HEIF", "AVIF")
_SIGNATURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
# ISO/IEC 14496-12, section 4.3, with the brands of ISO/IEC 23008-12 and AV1's
_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
)
_MAX_PIXELS: Final = 50_000_000  # 200 MB while decoding; a phone's photo has 12 million
_KEPT_PIXELS: Final = 16_000_000  # enough to read a screenshot of ten screens
_MAX_SIDE: Final = 30_000
_QUALITY: Final = 88
_MAX_SCANS: Final = 100  # of a JPEG; encoders write about ten
_MAX_SEGMENTS: Final = 5_000
# A marker: not a stuffed 00, a restart or a fill byte (ISO/IEC 10918-1, B.1).
_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SCAN, _END = 0xDA, 0xD9
_BARE: Final = frozenset({0x01, 0xD8})  # markers without a segment
_one_at_a_time = threading.Lock()  # so that the memory above is used only once

pillow_heif.register_heif_opener(thumbnails=False)


class PictureUnreadable(ValueError):  # noqa: N818  as FileRefused is
    """It begins like a picture but is broken, or too large to decode."""


def is_picture(content: bytes) -> bool:
    """Check whether the content begins as a picture of a supported format."""
    return (
        content.startswith(_SIGNATURES)
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
        or (content[4:8] == b"ftyp" and content[8:12] in _BRANDS)
    )


def reencode_picture(name: str, content: bytes) -> tuple[str, bytes]:
    """
    Decode a picture and encode its pixels; return its name, with a fitting suffix, and content.

    It is turned upright, reduced to the first frame of an animation, and scaled down to 16 million
    pixels.

    Raises:
        PictureUnreadable: broken, or over 50 million pixels.
    """
    with _one_at_a_time, warnings.catch_warnings():
        # Pillow warns about large pictures by its own limit; ours is stricter.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return _reencode(name, content)
        # Decoders of hostile bytes: whatever they raise, the picture is unreadable.
        except Exception as error:
            raise PictureUnreadable(type(error).__name__) from error


def _reencode(name: str, content: bytes) -> tuple[str, bytes]:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        pixels = picture.width * picture.height
        if pixels > _MAX_PIXELS or max(picture.size) > _MAX_SIDE:
            raise PictureUnreadable(f"{picture.width} × {picture.height}")
        kind = picture.format
        if kind == "JPEG" and _has_too_many_scans(content):
            raise PictureUnreadable("too many scans")
        scale = min(1.0, (_KEPT_PIXELS / pixels) ** 0.5)
        if kind == "JPEG" and scale < 1:
            # The decoder can skip pixels that scaling would discard.
            picture.draft(None, _scaled(picture, scale))
        picture.load()
        seen = ImageOps.exif_transpose(picture)
    if scale < 1:
        seen.thumbnail(_scaled_to(seen, _KEPT_PIXELS))
    if kind == "JPEG" or kind in {"HEIF", "AVIF"}:
        return _encoded(seen.convert("RGB"), name, "JPEG", ".jpg")
    if kind == "WEBP" and max(seen.size) <= 16_383:  # noqa: PLR2004  of the format itself
        return _encoded(_plain(seen), name, "WEBP", ".webp")
    return _encoded(_plain(seen), name, "PNG", ".png")


def _has_too_many_scans(content: bytes) -> bool:
    """
    Check for a JPEG with so many scans that decoding takes minutes.

    A scan that changes nothing takes 75 bytes and some milliseconds, 10 MB of them ten minutes.
    """
    scans = segments = 0
    marker = _MARKER.search(content)
    while marker is not None and content[marker.end() - 1] != _END:
        kind, place = content[marker.end() - 1], marker.end()
        scans, segments = scans + (kind == _SCAN), segments + 1
        if scans > _MAX_SCANS or segments > _MAX_SEGMENTS:
            return True
        # Skip the segment: its content may be anything, also a thumbnail.
        length = 0 if kind in _BARE else int.from_bytes(content[place : place + 2])
        marker = _MARKER.search(content, place + length)
    return False


def _plain(picture: Image.Image) -> Image.Image:
    """Convert to plain colours with transparency, without a palette."""
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "L" if picture.mode in {"1", "L"} else "RGB")


def _encoded(picture: Image.Image, name: str, kind: str, ending: str) -> tuple[str, bytes]:
    # A new picture of the same pixels: `info` of the decoded one may contain metadata that the
    # encoder would write again.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = io.BytesIO()
    bare.save(written, kind, quality=_QUALITY)
    path = PurePosixPath(name)
    is_same = path.suffix.lower() in ({".jpg", ".jpeg"} if ending == ".jpg" else {ending})
    return name if is_same else f"{path.stem}{ending}", written.getvalue()


def _scaled(picture: Image.Image, scale: float) -> tuple[int, int]:
    return max(1, int(picture.width * scale)), max(1, int(picture.height * scale))


def _scaled_to(picture: Image.Image, pixels: int) -> tuple[int, int]:
    scale = min(1.0, (pixels / (picture.width * picture.height)) ** 0.5)
    return _scaled(picture, scale)
