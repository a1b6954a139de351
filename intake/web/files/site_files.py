"""The small files that a browser or a crawler requests from every site."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

_ICON: Final = Path(__file__).parents[1] / "assets" / "icon.svg"


def site_file_routes(favicon: Path | None) -> list[Route]:
    """Return `/robots.txt` and the icon, the operator's own if there is one."""

    async def robots(request: Request) -> Response:
        del request
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    async def icon(request: Request) -> Response:
        del request
        if favicon is not None:
            return FileResponse(favicon)
        return FileResponse(_ICON, media_type="image/svg+xml")

    return [
        Route("/robots.txt", robots),
        Route("/favicon.png", icon),
        Route("/favicon.ico", icon),
    ]
