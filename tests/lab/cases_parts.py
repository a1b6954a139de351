"""Parts of pages that browsers block or don't get: changed files, other sites' scripts, frames."""

from __future__ import annotations

import base64
import hashlib

from tests.fakes.hostile_http import answers
from tests.lab.cases_http import HTML, OK
from tests.lab.cases_wire import SHOP, sized
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

_TEXT = (
    "<h1>Pots and kettles</h1><p>Made by hand in the old mill, to be had by post or at our door "
    "on every day but Monday.</p><a href=/pots>Pots</a> <a href=/kettles>Kettles</a>"
)
_SHELL = (
    "<!doctype html><html><head><title>Mill</title>{head}</head><body><div id=app></div></body>"
)
_PROGRAM = "document.getElementById('app').textContent = 'pots and kettles';"
_SHEET = "h1 { color: teal }"
_TYPES = "types { text/html html; text/css css; text/javascript js; image/svg+xml svg; } "
_ICON = {"icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"}
_ICON_LINK = "<link rel=icon href=/icon.svg>"
_FORWARDED = (
    "<html><head><title>{host}</title></head><frameset rows='100%,*' border=0>"
    "<frame src='{url}' name=top></frameset></html>"
)
_STRICT = (
    "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' "
    "'http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd'><html xmlns='http://www.w3.org/1999/xhtml'><head><title>Mill</title></head>"
    "<body><h1>Pots</h1><p>By post&nbsp;or at our door.</p>{more}</body></html>"
)
_BROTLI = OK + HTML + b"Content-Encoding: br\r\n"
_XHTML = OK + b"Content-Type: application/xhtml+xml; charset=utf-8\r\n"
_PHONES = 'if ($http_user_agent ~* "(android|iphone|mobile)") { return 302 %s; }'


def _hash_of(text: str) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(text.encode()).digest()).decode()


def _with_sheet(*hashes: str) -> Site:
    link = f"<link rel=stylesheet href=/a.css integrity='{' '.join(hashes)}'>"
    page = f"<!doctype html><title>Mill</title>{link}{_ICON_LINK}{_TEXT}"
    return Site(_TYPES, pages={"index.html": page, "a.css": _SHEET} | _ICON)


def _shell(head: str, **files: str) -> Site:
    own = {name.replace("_", "."): text for name, text in files.items()}
    return Site(_TYPES, pages={"index.html": _SHELL.format(head=head + _ICON_LINK)} | _ICON | own)


def _sheets_at(*places: str) -> Site:
    links = "".join(f"<link rel=stylesheet href={place}>" for place in places)
    return Site(pages={"index.html": f"<!doctype html><title>Mill</title>{links}{_TEXT}"})


def _cdn(more: str) -> Site:
    return Site(_TYPES + more, pages={"app.js": _PROGRAM, "a.css": _SHEET})


def _forwarded(url: str, *, secure: bool = False) -> Site:
    page = {"index.html": _FORWARDED.format(host="mill.example", url=url)}
    return Site(pages=page, certificate=(lambda a, name: a.issue(name)) if secure else None)


def _secure(inside: str = "") -> Site:
    return Site(inside, certificate=lambda authority, name: authority.issue(name))


FAULTS: dict[str, tuple[str, Site]] = {
    # The file was changed after its hash was computed: minified by a CDN, or by its line endings.
    "changedsheet": ("http.parts_missing", _with_sheet(_hash_of(_SHEET + "\r"))),
    "changedscript": (
        "http.parts_missing",
        _shell(
            f"<script type=module src=/a.js integrity='{_hash_of(_PROGRAM + ' ')}'></script>",
            a_js=_PROGRAM,
        ),
    ),
    "cdnshut": (
        "http.parts_missing",
        _shell("<script type=module src=//plaincdn.lab.example/app.js></script>"),
    ),
    "cdnempty": (
        "http.parts_missing",
        _shell("<script src=//plaincdn.lab.example/old/app.js></script>"),
    ),
    "devserver": (
        "http.parts_missing",
        _shell(
            "<script type=module src=http://[::1]:5173/@vite/client></script>"
            "<script type=module src=http://[::1]:5173/src/main.js></script>"
        ),
    ),
    "devsheets": (
        "http.parts_missing",
        _sheets_at("http://localhost/build/app.css", "http://127.0.0.1:8000/build/more.css"),
    ),
    "oldsheets": (
        "http.parts_missing",
        _sheets_at("http://nosuch.lab.example/a.css", "http://nosuch.lab.example/b.css"),
    ),
    "lostsheets": (
        "http.parts_missing",
        _sheets_at("//plaincdn.lab.example/gone.css", "//plaincdn.lab.example/gone-too.css"),
    ),
    "frameplain": ("http.parts_missing", _forwarded("http://shop.lab.example/", secure=True)),
    "frameshut": ("http.parts_missing", _forwarded("https://noframes.lab.example/", secure=True)),
    "framenowhere": ("http.bad_redirect_target", _forwarded("http://nosuch.lab.example/")),
    "frameerror": ("http.bad_redirect_target", _forwarded("http://error500.lab.example/")),
    "packedunasked": (
        "http.malformed",
        Site(behaviour=sized(b"\x0b\x02\x80hello\x03", _BROTLI)),
    ),
    "packednot": (
        "http.malformed",
        Site(behaviour=sized(b"<!doctype html>" + SHOP, _BROTLI)),
    ),
    "strictbroken": (
        "http.malformed",
        Site(behaviour=sized(_STRICT.format(more="<br><img src='/a.png'>").encode(), _XHTML)),
    ),
    "phonesaway": (
        "http.redirect_elsewhere",
        Site(_PHONES % "http://pills.other-domain.example/"),
    ),
    "searchaway": (
        "http.redirect_elsewhere",
        Site(
            'if ($http_referer ~* "(google|bing|yandex)") '
            "{ return 302 http://pills.other-domain.example/; }"
        ),
    ),
    "keptpage": (
        "http.wrong_type",
        Site(
            'add_header Content-Disposition "attachment; filename=index.html";',
            pages={"index.html": f"<title>Mill</title>{_TEXT}"},
        ),
    ),
    # HTTPS records (RFC 9460) that lead to where the site isn't.
    "recordport": ("dns.https_record_stale", _secure()),
    "recordname": ("dns.https_record_stale", _secure()),
    "recordhint": ("dns.https_record_stale", _secure()),
}
WELL: dict[str, Site] = {
    "severalhashes": _with_sheet(_hash_of("another"), _hash_of(_SHEET)),
    "weakerhash": _with_sheet("sha256-" + "A" * 43 + "=", _hash_of(_SHEET)),
    "nohash": _with_sheet("md5-abc"),
    "cdnsheets": _sheets_at("//plaincdn.lab.example/a.css"),
    "fontsalone": Site(
        pages={
            "index.html": "<!doctype html><title>Mill</title><style>h1 { color: teal }</style>"
            f"<link rel=stylesheet href=//nosuch.lab.example/css?family=Mill>{_TEXT}"
        }
    ),
    "livereload": Site(
        _TYPES,
        pages={
            "index.html": "<!doctype html><title>Mill</title><link rel=stylesheet href=/a.css>"
            f"<script src=http://localhost:35729/livereload.js></script>{_TEXT}",
            "a.css": _SHEET,
        },
    ),
    "cdnopen": _shell("<script type=module src=//opencdn.lab.example/app.js></script>"),
    "cdnclassic": _shell("<script src=//plaincdn.lab.example/app.js></script>"),
    "frameopen": _forwarded("https://tls.lab.example/", secure=True),
    "frameown": Site(
        "add_header X-Frame-Options SAMEORIGIN;",
        pages={
            "index.html": _FORWARDED.format(host="mill.example", url="/inside.html"),
            "inside.html": f"<title>Mill</title>{_TEXT}",
        },
    ),
    "strictwhole": Site(behaviour=sized(_STRICT.format(more="<br/>").encode(), _XHTML)),
    "phonesown": Site(_PHONES % "http://shop.lab.example/"),
    "phonesapp": Site(_PHONES % "https://apps.apple.com/app/id1"),
    "recordright": _secure(),
    "keptinline": Site('add_header Content-Disposition "inline; filename=index.html";'),
    "countedout": Site("location / { limit_req zone=mild burst=3 nodelay; }"),
    "upgradeoffered": Site(
        behaviour=answers(OK + HTML + b"Upgrade: h2,h2c\r\nConnection: close\r\n\r\n" + SHOP)
    ),
}
_HELPERS = {
    "plaincdn": _cdn(""),
    "opencdn": _cdn("add_header Access-Control-Allow-Origin *;"),
    "noframes": _secure("add_header X-Frame-Options DENY;"),
    "portrecord": Site(records="recordport IN HTTPS 1 . alpn=h2 port=8443"),
    "namerecord": Site(records="recordname IN HTTPS 0 nosuch.lab.example."),
    "hintrecord": Site(records="recordhint IN HTTPS 1 . alpn=h2 ipv4hint={noframes}"),
    "rightrecord": Site(
        records="recordright IN HTTPS 1 . alpn=h2 port=443 ipv4hint={recordright} key65400=x"
    ),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL | _HELPERS
_BY_HTTPS = ("frameplain", "frameshut", "frameopen", "record")
_FAST = {"changedscript", "cdnshut", "frameplain", "phonesaway", "recordhint", "severalhashes"}
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(
        name,
        f"{'https' if name.startswith(_BY_HTTPS) else 'http'}://{{{name}}}/",
        code,
        "web",
        is_fast=name in _FAST,
    )
    for name, code in _EXPECTED.items()
)
