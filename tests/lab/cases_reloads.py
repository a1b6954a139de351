"""Pages that load themselves again, redirects without a host, and healthy look-alikes."""

from __future__ import annotations

from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

_TEXT = "<h1>Pots and kettles</h1><p>By post or at our door, every day but Sunday.</p>"
_SELF = '<meta http-equiv="refresh" content="0">'


def _page(body: str, head: str = "", inside: str = "") -> Site:
    text = f"<!doctype html><html><head><title>Mill</title>{head}</head><body>{body}</body></html>"
    return Site(inside, pages={"index.html": text})


FAULTS: dict[str, tuple[str, Site]] = {
    "reloadsbymeta": ("http.redirect_loop", _page(_TEXT, _SELF)),
    "reloadsbyheader": (
        "http.redirect_loop",
        Site("location = / { add_header Refresh '0; url=/'; return 200 '<p>One moment'; }"),
    ),
    "reloadsbyscript": (
        "http.redirect_loop",
        _page("<p>One moment</p><script>location.reload();</script>"),
    ),
    "leadstoitself": (
        "http.redirect_loop",
        Site(pages={"index.html": "<script>window.location.href = '/';</script>"}),
    ),
    "withouthost": ("http.bad_redirect_target", Site("return 301 http:///basket;")),
}
WELL: dict[str, Site] = {
    "newsticker": _page(_TEXT, '<meta http-equiv="refresh" content="60">'),
    "machinehall": Site(
        "location = / { add_header Refresh '5; url=/'; return 200 '<h1>Queue: 3 jobs</h1>'; }"
    ),
    "reloadsonce": _page(
        f"{_TEXT}<script>if (!localStorage.v) {{ localStorage.v = 1; location.reload(); }}</script>"
    ),
    # The script may set a cookie, for which another page comes.
    "setsbyscript": _page(_TEXT, f"<script>document.cookie = 'a=1';</script>{_SELF}"),
    "withoutscripts": _page(_TEXT, f"<noscript>{_SELF}</noscript>"),
    "oldbrowsers": _page(_TEXT, f"<!--[if lt IE 9]>{_SELF}<![endif]-->"),
    "toitsmiddle": _page(
        "<div id=app></div><script>location.replace('#/home')</script>"
        "<script>document.getElementById('app').textContent = 'Pots and kettles'</script>"
    ),
    "onemoment": Site(
        "location = / { if ($http_cookie !~ seen) { add_header Set-Cookie 'seen=1; Path=/'; "
        "add_header Refresh '0; url=/'; return 200 '<p>One moment'; } "
        f"return 200 '{_TEXT}'; }}"
    ),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL
_FAST = {"reloadsbymeta", "reloadsbyscript", "setsbyscript", "onemoment"}
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(name, f"http://{{{name}}}/", code, "web", is_fast=name in _FAST)
    for name, code in _EXPECTED.items()
)
