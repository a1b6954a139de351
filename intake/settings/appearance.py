"""The settings of the host's own look. Colours that are hard to read are refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from intake.settings.group import SettingsGroup
from intake.settings.values import split

_IMAGES: Final = {".svg", ".png", ".jpg", ".jpeg", ".webp", ".ico"}
_MAX_BYTES: Final = 256 * 1024
_MAX_LINKS: Final = 6
_HEX: Final = re.compile(r"#[0-9a-f]{6}")
_WHITE: Final = "#ffffff"
_LINEAR_LIMIT: Final = 0.04045
MIN_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3, level AA
_SCHEMES: Final = {"https", "http", "mailto", "tel"}


def contrast(first: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((luminance(first), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return how light a colour is, from 0 to 1 (WCAG 2.2, relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    # Linear for the darkest, then the curve of sRGB (IEC 61966-2-1).
    red, green, blue = (
        channel / 12.92 if channel <= _LINEAR_LIMIT else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _image(value: Path) -> Path:
    if not value.is_file():
        raise ValueError(f"there is no file {value}")
    if value.suffix.lower() not in _IMAGES:
        raise ValueError(f"{value.name} is no picture; use {', '.join(sorted(_IMAGES))}")
    if value.stat().st_size > _MAX_BYTES:
        raise ValueError(f"{value.name} is larger than {_MAX_BYTES // 1024} KiB; make it smaller")
    return value


def _colour(value: str) -> str:
    colour = value.strip().lower()
    if not _HEX.fullmatch(colour):
        raise ValueError("write a colour like #1a5fd0")
    ratio = contrast(colour, _WHITE)
    if ratio < MIN_CONTRAST:
        raise ValueError(
            f"{colour} on white has a contrast of {ratio:.1f}:1, and words need {MIN_CONTRAST}:1;"
            " choose a darker one"
        )
    return colour


def _links(value: object) -> tuple[tuple[str, str], ...]:
    links = []
    for word in split(value):
        label, _, target = word.partition("=")
        if not label.strip() or urlsplit(target).scheme not in _SCHEMES:
            raise ValueError(
                f"{word!r} is not label=address; write like Terms=https://example.com/terms"
            )
        links.append((label.strip(), target.strip()))
    if len(links) > _MAX_LINKS:
        raise ValueError(f"{len(links)} links are more than fit; name at most {_MAX_LINKS}")
    return tuple(links)


def _frame_origins(value: object) -> tuple[str, ...]:
    origins = []
    for word in split(value):
        parts = urlsplit(word)
        is_origin = parts.scheme in {"https", "http"} and bool(parts.hostname)
        # The value is put into a header, so it must contain no syntax of a policy.
        if not is_origin or parts.path not in {"", "/"} or re.search(r"[\s;,'\"*]", word):
            raise ValueError(f"{word!r} is no origin; write like https://panel.example.com")
        origins.append(f"{parts.scheme}://{parts.netloc}".lower())
    return tuple(origins)


BrandPicture = Annotated[Path, AfterValidator(_image)]
Colour = Annotated[str, AfterValidator(_colour)]
Links = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_links)]
FrameOrigins = Annotated[tuple[str, ...], BeforeValidator(_frame_origins)]


class AppearanceSettings(SettingsGroup):
    """How the pages look, and who may embed them (docs/embedding.md)."""

    heading = "Appearance"

    logo: BrandPicture | None = Field(
        default=None, description="A picture shown before the name: svg, png, jpg or webp."
    )
    favicon: BrandPicture | None = Field(default=None, description="The icon of the browser tab.")
    accent_color: Colour | None = Field(
        default=None,
        description=(
            "The colour of buttons and links, such as `#1a5fd0`; refused if text on it would "
            "be hard to read."
        ),
    )
    links: Links = Field(
        default=(),
        description=(
            "Links below customers' pages, `label=address`; write a label as `Terms|Условия` "
            "for English and Russian."
        ),
    )
    privacy: str | None = Field(
        default=None,
        max_length=300,
        description="A line about data protection below customers' pages; `English|Russian`.",
    )
    frame_ancestors: FrameOrigins = Field(
        default=(),
        description="Origins whose pages may embed customers' pages in a frame. Default: none.",
    )
