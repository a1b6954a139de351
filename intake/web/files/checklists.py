"""The route for authors to download a checklist's file."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from diagnostics.texts import Language
from intake.accounts.rights import Right
from intake.publishing import Publisher
from intake.web.access import for_staff
from intake.web.language import language_of_request
from intake.web.pages import Pages, as_download
from intake.web.sign_in.staff import StaffDoor


@dataclass(frozen=True)
class ChecklistRoutes:
    """Files of the folder, with unpublished changes; for authors only."""

    publisher: Publisher
    pages: Pages
    door: StaffDoor
    language: Language

    def routes(self) -> list[Route]:
        """Return every route under /staff/checklists/."""
        return [for_staff(self.door, Right.WRITE, "/staff/checklists/{name:path}.yaml", self._file)]

    async def _file(self, request: Request) -> Response:
        language = language_of_request(request, self.language)
        name = request.path_params["name"]
        opened = await run_in_threadpool(self.publisher.open, name)
        if opened is None:
            return self.pages.missing(language)
        return as_download(opened.text, f"{name.rpartition('/')[2]}.yaml", "application/yaml")
