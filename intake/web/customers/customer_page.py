"""The page at /: the questions, or the start page alone or a waiting page if it is full."""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intake.bootstrap import Services
from intake.operations.metrics import CrowdFigures
from intake.ui.render_limiter import waits as turn_waits
from intake.web.brand import Brand
from intake.web.crowd.admission import NAME, Admission, PageVisit
from intake.web.crowd.begin_threads import run_in_begin_thread
from intake.web.crowd.waiting_line import WaitingLine
from intake.web.customers.plain_forms import PlainForms
from intake.web.files.shell import answer_shell
from intake.web.language import language_of_request
from intake.web.limits.gate import client_of
from intake.web.pages import Pages

_MINUTES: Final = (2, 3, 5, 7, 10, 15, 20, 30)


class CustomerPage:
    """Answers customers' pages, within the capacity of one process."""

    def __init__(self, services: Services, pages: Pages, plain: PlainForms, brand: Brand) -> None:
        settings = services.settings
        self._settings, self._pages, self._plain, self._brand = settings, pages, plain, brand
        self.admission = Admission(
            WaitingLine(settings.customers_at_once, turn_wait_s=lambda: turn_waits.mean_s),
            hmac.digest(services.sign_in_key, b"place in line", "sha256"),
            client_of=client_of,
            root=settings.path_prefix,
        )

    def crowd(self) -> CrowdFigures:
        """Return the numbers of active and waiting customers, for the operator's metrics."""
        line = self.admission.line
        return CrowdFigures(line.active_count, line.waiting_count, turn_waits.mean_s)

    async def answer(self, request: Request) -> Response:
        """Return the wizard, or a page for those who have to wait."""
        visit = self.admission.visit(request)
        query = request.query_params
        if visit.turn is None and visit.has_cookie and NAME in query:
            return RedirectResponse(self._address(request, {NAME: None}), 303)
        if visit.turn is None or not ("case" in query or "problem" in query):
            # The page reads known incidents from the database. It is built in threads of its own,
            # so that a thousand visitors at once don't block anybody's form.
            page = await run_in_begin_thread(self._shell, request, visit.turn is not None)
        else:
            page = self._waiting(request, visit)
        return self.admission.set_cookie(request, page, visit)

    def _shell(self, request: Request, is_busy: bool) -> Response:  # noqa: FBT001 - by a thread
        return answer_shell(
            request,
            self._settings.name,
            self._settings.language,
            self._brand,
            first=self._plain.first_html(request, is_busy=is_busy),
            # The start page works without scripts: a choice there opens the questions, or the line.
            with_scripts=not is_busy,
        )

    def _waiting(self, request: Request, visit: PageVisit) -> Response:
        assert visit.turn is not None  # noqa: S101 - the caller checked it
        language = language_of_request(request, self._settings.language)
        name = None if visit.has_cookie else visit.visitor
        other = {NAME: name, "lang": "en" if language == "ru" else "ru"}
        wait, minutes = _wait_text(visit.turn.wait_s)
        return self._pages.waiting(
            language,
            refresh_s=visit.refresh_s,
            number=visit.turn.number,
            wait=wait,
            minutes=minutes,
            case=request.query_params.get("case", "")[:128],
            again=self._address(request, {NAME: name}),
            other=self._address(request, other),
        )

    def _address(self, request: Request, changes: dict[str, str | None]) -> str:
        query = {**dict(request.query_params), **changes}
        return f"{self._pages.root}/?{urlencode({k: v for k, v in query.items() if v})}"


def _wait_text(wait_s: float) -> tuple[str, int]:
    """Return the text key and the minutes of a waiting time, rounded up."""
    minutes = wait_s / 60
    if minutes <= 1.2:  # noqa: PLR2004 - "about a minute"
        return "line_minute", 1
    rounded = next((number for number in _MINUTES if minutes <= number * 1.2), None)
    return ("line_long", 0) if rounded is None else ("line_minutes", rounded)
