"""The operator's brand: a style sheet made from the settings, the logo and the icon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from intake.settings.appearance import MIN_CONTRAST, AppearanceSettings, contrast

STYLE, LOGO, ICON = "/brand/style.css", "/brand/logo", "/brand/icon"
PATHS: Final = frozenset({STYLE, LOGO, ICON})
_DARK_PAPER: Final = "#12181f"
_MIN_BUTTON_CONTRAST: Final = 3.0  # of a button against the page (WCAG 2.2, 1.4.11)
_LOGO_REM, _WIDEST = 2.0, 5.0
_VIEW_BOX: Final = re.compile(rb'viewBox="[\d.\-]+[ ,]+[\d.\-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')
# An operator's SVG may contain scripts; this policy disables them when it is opened by itself.
_PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_CACHE: Final = "public, max-age=3600"


class Brand:
    """The appearance set by the operator; empty by default."""

    def __init__(self, settings: AppearanceSettings) -> None:
        self._settings = settings
        self.style = "\n".join(_rules(settings))

    @property
    def icon(self) -> str:
        """The path of the tab's icon."""
        return ICON if self._settings.favicon else "/assets/icon.svg"

    def routes(self) -> list[Route]:
        """Return the routes of the style sheet and of the pictures that are set."""
        pictures = {LOGO: self._settings.logo, ICON: self._settings.favicon}
        routes = [_picture(path, file) for path, file in pictures.items() if file is not None]
        return [Route(STYLE, self._style), *routes]

    async def _style(self, request: Request) -> Response:
        del request
        headers = {"Cache-Control": _CACHE}
        return Response(self.style, media_type="text/css", headers=headers)


def lightened(colour: str, to: float, paper: str = _DARK_PAPER) -> str:
    """Return the colour mixed with just enough white for the contrast `to` on `paper`."""
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for share in range(101):
        mixed = "".join(f"{round(c + (255 - c) * share / 100):02x}" for c in channels)
        if contrast(f"#{mixed}", paper) >= to:
            return f"#{mixed}"
    return "#ffffff"


def button_on_dark(colour: str) -> str:
    """Return the button colour for dark mode: visible on the page, its white label readable."""
    visible = lightened(colour, _MIN_BUTTON_CONTRAST)
    return visible if contrast(visible, "#ffffff") >= MIN_CONTRAST else colour


def _rules(settings: AppearanceSettings) -> Iterator[str]:
    if (accent := settings.accent_color) is not None:
        yield f":root {{ {_colours(accent)} }}"
        dark = _colours(lightened(accent, 7.0))
        yield f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    if settings.logo is not None:
        width = _LOGO_REM * min(_WIDEST, _aspect(settings.logo))
        # The logo is beside the name, which is its text alternative.
        yield (
            '.stApp [class*="st-key-screen-"] [data-testid="stMarkdown"] p::before,'
            ' body > header a::before { content: ""; display: inline-block; vertical-align: middle;'
            f" width: {width:.2f}rem; height: {_LOGO_REM}rem; margin-right: .6rem;"
            ' background: url("logo") left center / contain no-repeat; }'
        )


def _colours(accent: str) -> str:
    red, green, blue = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
    names = ("--intake-accent", "--intake-ring", "--accent")
    tint = f"--intake-tint: rgba({red}, {green}, {blue}, .1);"
    return " ".join([*(f"{name}: {accent};" for name in names), tint])


def _aspect(picture: Path) -> float:
    """Return width divided by height; 1 if the file doesn't tell."""
    if picture.suffix.lower() == ".svg":
        view_box = _VIEW_BOX.search(picture.read_bytes())
        width, height = (float(view_box[1]), float(view_box[2])) if view_box else (1.0, 1.0)
    else:
        try:
            with Image.open(picture) as image:
                width, height = image.size
        except (UnidentifiedImageError, OSError):
            return 1.0
    return width / height if width > 0 and height > 0 else 1.0


def _picture(path: str, file: Path) -> Route:
    async def answer(request: Request) -> Response:
        del request
        headers = {"Cache-Control": _CACHE, "Content-Security-Policy": _PICTURE_POLICY}
        return FileResponse(file, headers=headers)

    return Route(path, answer)
