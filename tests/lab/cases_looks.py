"""Complete pages that aren't displayed as intended, and healthy look-alikes."""

from __future__ import annotations

from tests.fakes.hostile_http import answers
from tests.lab.cases_http import HTML, OK
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

_RUSSIAN = (
    "<title>Магазин</title><h1>Добро пожаловать в наш магазин</h1>"
    "<p>Доставка по всей стране, оплата при получении.</p>"
)
_STYLED = (
    "<title>Shop</title><!--[if IE]><link rel=stylesheet href='http://{host}/ie.css'><![endif]-->"
    '<link rel="stylesheet" href="http://{host}/themes/shop.css?v=2">{more}<h1>Shop</h1>'
)


def _styled(name: str, more: str = "", inside: str = "", host: str = "") -> Site:
    page = _STYLED.format(host=host or f"{name}.lab.example", more=more)
    return Site(
        inside,
        certificate=lambda authority, own: authority.issue(own),
        pages={"index.html": page, "a.css": "h1 { color: teal }", "b.css": "p { margin: 0 }"},
    )


_OWN = '<link rel="stylesheet" href="/{0}.css">'
FAULTS: dict[str, tuple[str, Site]] = {
    "garbled": (
        "http.wrong_charset",
        Site("charset windows-1251;", pages={"index.html": _RUSSIAN}),
    ),
    "garbledmeta": (
        "http.wrong_charset",
        Site(pages={"index.html": f"<meta charset='koi8-r'>{_RUSSIAN}"}),
    ),
    "garbledold": (
        "http.wrong_charset",
        Site(behaviour=answers(OK + HTML + b"\r\n" + _RUSSIAN.encode("cp1251"))),
    ),
    "unstyled": ("http.mixed_content", _styled("unstyled")),
    "halfstyled": ("http.mixed_content", _styled("halfstyled", _OWN.format("a"))),
    "unstyledbase": (
        "http.mixed_content",
        Site(
            certificate=lambda authority, own: authority.issue(own),
            pages={
                "index.html": '<base href="http://unstyledbase.lab.example/">'
                '<link href="shop.css" rel="stylesheet"><title>Shop</title><h1>Shop</h1>'
            },
        ),
    ),
}
WELL: dict[str, Site] = {
    "oldandright": Site(
        behaviour=answers(
            OK
            + b"Content-Type: text/html; charset=windows-1251\r\n\r\n"
            + _RUSSIAN.encode("cp1251")
        )
    ),
    "headercounts": Site(
        "charset utf-8;", pages={"index.html": f"<meta charset=windows-1251>{_RUSSIAN}"}
    ),
    "onewrongletter": Site(
        behaviour=answers(OK + HTML + b"\r\n" + _RUSSIAN.encode() + b"caf\xe9 \xa9 2026")
    ),
    "latinname": Site(
        "charset iso-8859-1;", pages={"index.html": "<title>Café</title><h1>Crème brûlée</h1>"}
    ),
    "upgraded": _styled(
        "upgraded", inside='add_header Content-Security-Policy "upgrade-insecure-requests";'
    ),
    "upgradedbypage": _styled(
        "upgradedbypage",
        "<meta http-equiv='Content-Security-Policy' content='upgrade-insecure-requests'>",
    ),
    "otherssheet": _styled("otherssheet", host="fonts.cdn.example"),
    "oneleft": _styled("oneleft", _OWN.format("a") + _OWN.format("b")),
    "styledplainly": Site(pages={"index.html": _STYLED.format(host="styledplainly", more="")}),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(name, f"{'https' if site.certificate else 'http'}://{{{name}}}/", _EXPECTED[name], "web")
    for name, site in SITES.items()
)
