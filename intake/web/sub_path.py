"""Serves the application below a path of a site, as INTAKE_PUBLIC_URL says."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class SubPath:
    """
    ASGI middleware that strips the path's prefix if the proxy has left it.

    The prefix without its final slash is redirected: relative addresses would miss a level.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the path that our routes use."""
        if self._prefix and scope["type"] in {"http", "websocket"}:
            path: str = scope["path"]
            if path == self._prefix and scope["type"] == "http":
                query = scope["query_string"].decode("latin-1")
                to = f"{self._prefix}/?{query}" if query else f"{self._prefix}/"
                await RedirectResponse(to, 308)(scope, receive, send)
                return
            if path.startswith(f"{self._prefix}/"):
                inner = path[len(self._prefix) :]
                scope = {**scope, "path": inner, "raw_path": inner.encode("latin-1", "replace")}
        await self._app(scope, receive, send)
