"""The route of the pictures in authors' texts, from the current folder of checklists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from intake.journey.pictures import MAX_PICTURE_BYTES, picture_type, read_picture
from intake.web.limits.headers import FILE_POLICY

# A replaced picture of the same name is seen after five minutes.
_HEADERS = {"Content-Security-Policy": FILE_POLICY, "Cache-Control": "public, max-age=300"}


@dataclass(frozen=True)
class PictureRoutes:
    """Pictures by name; `folder` returns the checklists folder that has them in `pictures`."""

    folder: Callable[[], Path]

    def routes(self) -> list[Route]:
        """Return every route under /pictures/."""
        return [Route("/pictures/{name}", self._picture, methods=["GET"])]

    async def _picture(self, request: Request) -> Response:
        name = request.path_params["name"]
        content = await run_in_threadpool(lambda: read_picture(self.folder(), name))
        media_type = picture_type(content) if content is not None else None
        if content is None or media_type is None or len(content) > MAX_PICTURE_BYTES:
            return PlainTextResponse("There is no such picture", 404)
        return Response(content, media_type=media_type, headers=_HEADERS)
