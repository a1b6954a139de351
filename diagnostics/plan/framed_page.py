"""Request the page in a page that consists of one frame."""

from __future__ import annotations

from requests.cookies import RequestsCookieJar

from diagnostics.observations import HttpObservation
from diagnostics.plan.redirects import open_linked_page
from diagnostics.plan.run import Run

FRAME = "frame"


def look_into_frame(run: Run, page: HttpObservation | None) -> None:
    """Request the framed page as a redirect would be, unless browsers block it (http in https)."""
    if page is None or not page.frame_url or not page.is_served or run.is_over:
        return
    is_blocked = page.url.startswith("https:") and page.frame_url.startswith("http:")
    if is_blocked or not run.once(f"frame-{page.frame_url}"):
        return
    around = page.model_copy(update={"way": FRAME, "hop": 1})
    open_linked_page(run, page.frame_url, around, RequestsCookieJar())
