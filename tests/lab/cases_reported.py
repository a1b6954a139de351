"""Sites reported in public: pages without their parts, certificates of a wrong kind."""

from __future__ import annotations

import socket
import threading

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.daemons.certificates import Authority, CertificateFiles, Key
from tests.fakes.hostile_http import answers, request_of
from tests.lab.cases_http import HTML, OK
from tests.lab.cases_wire import sized
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

_FRAME = (
    "<!doctype html><html><head><title>Garden planner</title>{head}</head>"
    '<body><div id="app"></div>{body}</body></html>'
)
_TEXT = (
    "<h1>Bulbs and spades</h1><p>For gardeners of the whole region, six days a week, by post or at "
    "our gate.</p><a href=/bulbs>Bulbs</a> <a href=/spades>Spades</a>"
)
_PROGRAM = "document.getElementById('app').textContent = 'beds and borders';"
_ICON = {"icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"}
_ICON_LINK = '<link rel="icon" href="/icon.svg">'
_MODULE = '<script type="module" src="/assets/app.js"></script>'


def _page(text: str, **files: str) -> dict[str, str]:
    return {"index.html": text} | {name.replace("_", "."): body for name, body in files.items()}


def _with_key(key: Key, *extensions: x509.ExtensionType) -> Site:
    return Site(
        "ssl_ciphers DEFAULT@SECLEVEL=0;",
        certificate=lambda a, name: a.issue(name, key=key, extensions=extensions),
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    others = dict.fromkeys(("content_commitment", "data_encipherment", "key_agreement"), False)
    never = dict.fromkeys(("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=signs, key_encipherment=True, **others, **never)


def _test_authority(authority: Authority, name: str) -> CertificateFiles:
    folder = authority.folder / "test-authority"
    folder.mkdir(exist_ok=True)
    return Authority(folder, "(STAGING) Lab Pear").intermediate("(STAGING) Lab Cress").issue(name)


def _chain_of_another(authority: Authority, name: str) -> CertificateFiles:
    """Send the previous certificate's intermediate, as if its file wasn't replaced on renewal."""
    old = authority.intermediate("Intermediate of last year").certificate
    now = authority.intermediate("Intermediate of this year", url="http://aia.lab.example/now.crt")
    return now.issue(name, with_chain=False, more=(old,))


def _too_many_cookies(connection: socket.socket, _: threading.Event) -> None:
    """Set too many cookies, and reject the requests that contain them, as nginx does."""
    if len(request_of(connection)) > 8000:
        words = b"<center><h1>400 Bad Request</h1></center>"
        words += b"<center>Request Header Or Cookie Too Large</center>"
        body = b"<html><head><title>400 Request Header Or Cookie Too Large</title></head>" + words
        head = b"HTTP/1.1 400 Bad Request\r\n" + HTML
    else:
        body, head = b"", b"HTTP/1.1 302 Found\r\nLocation: /in\r\n"
        head += b"".join(b"Set-Cookie: part%d=%s; Path=/\r\n" % (n, b"x" * 3000) for n in range(4))
    connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


FAULTS: dict[str, tuple[str, Site]] = {
    # A frame whose script is missing, with another file that isn't.
    "framehtml": (
        "http.parts_missing",
        Site(
            "try_files $uri /index.html;",
            pages=_page(_FRAME.format(head=_ICON_LINK + _MODULE, body="")) | _ICON,
        ),
    ),
    "framegone": (
        "http.parts_missing",
        Site(
            pages=_page(_FRAME.format(head=_ICON_LINK, body="<script src=/old/main.js></script>"))
            | _ICON
        ),
    ),
    "framepolicy": (
        "http.parts_missing",
        Site(
            "add_header Content-Security-Policy \"default-src 'none'\";",
            pages=_page(_FRAME.format(head="", body="<script src=/a.js></script>"), a_js=_PROGRAM),
        ),
    ),
    "frameupgraded": (
        "http.parts_missing",
        Site(
            "add_header Content-Security-Policy \"default-src 'self'; upgrade-insecure-requests\";",
            pages=_page(_FRAME.format(head="", body="<script src=/a.js></script>"), a_js=_PROGRAM),
        ),
    ),
    "frametype": (
        "http.parts_missing",
        Site(
            "types { text/html html; } default_type text/plain;",
            pages=_page(
                _FRAME.format(head="", body="<script type=module src=/a.js></script>"),
                a_js=_PROGRAM,
            ),
        ),
    ),
    "frameofothers": (
        "http.parts_missing",
        Site(
            pages=_page(
                _FRAME.format(head="", body="<script src=//nosuch.lab.example/a.js></script>")
            )
        ),
    ),
    "stylestype": (
        "http.parts_missing",
        Site(
            "types { text/html html; } default_type text/plain;",
            pages=_page(
                f"<!doctype html><title>Bulbs</title><link rel=stylesheet href=/a.css>{_TEXT}",
                a_css="h1 { color: teal }",
            ),
        ),
    ),
    "stylesshut": (
        "http.parts_missing",
        Site(
            "location /theme/ { deny all; }",
            pages=_page(
                "<title>Bulbs</title><link rel=stylesheet href=/theme/a.css>"
                f"<link rel=stylesheet href=/theme/b.css><img src=/icon.svg>{_TEXT}"
            )
            | _ICON,
        ),
    ),
    # A page with the content type of something else.
    "octets": (
        "http.wrong_type",
        Site(
            "types { } default_type application/octet-stream;",
            pages=_page(f"<!doctype html><title>Bulbs</title>{_TEXT}"),
        ),
    ),
    "plaintext": (
        "http.wrong_type",
        Site("types { } default_type text/plain;", pages=_page(f"<html><body>{_TEXT}</body>")),
    ),
    "typeless": (
        "http.wrong_type",
        Site(
            "types { } default_type ''; add_header X-Content-Type-Options nosniff;",
            pages=_page(f"<!doctype html><title>Bulbs</title>{_TEXT}"),
        ),
    ),
    "notmodified": ("http.empty_page", Site("return 304;")),
    "scriptaway": (
        "http.redirect_elsewhere",
        Site(
            pages=_page(
                "<script>window.location.replace('http://casino.other-domain.example/');</script>"
            )
        ),
    ),
    "defaced": (
        "http.defaced_page",
        Site(
            pages=_page(
                "<title>Hacked by Nobody1</title><body bgcolor=black><h1>HACKED by Nobody1</h1>"
                "<p>no system is safe</p>"
            )
        ),
    ),
    "toomanycookies": ("http.bad_request", Site(behaviour=_too_many_cookies)),
    "wantsproxy": ("tcp.reset", Site(listen=("80 proxy_protocol",))),
    "tlsonplain": ("tls.not_tls", Site("return 301 https://$host:80/;")),
    "twoplaces": (
        "http.malformed",
        Site(
            behaviour=answers(
                b"HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
            )
        ),
    ),
    "h2names": (
        "http.http2_broken",
        Site(
            'add_header "X-Frame-Options?" deny;',
            listen=("443 ssl http2",),
            certificate=lambda a, name: a.issue(name),
        ),
    ),
    # Certificates and key exchanges
    "curve521": (
        "tls.handshake_failed",
        Site("ssl_ecdh_curve secp521r1;", certificate=lambda a, name: a.issue(name)),
    ),
    "curve521of13": (
        "tls.handshake_failed",
        Site(
            "ssl_protocols TLSv1.3; ssl_ecdh_curve secp521r1;",
            certificate=lambda a, name: a.issue(name),
        ),
    ),
    "key521": ("tls.handshake_failed", _with_key(ec.generate_private_key(ec.SECP521R1()))),
    "key25519": ("tls.handshake_failed", _with_key(ed25519.Ed25519PrivateKey.generate())),
    "standin": (
        "tls.self_signed",
        Site(
            certificate=lambda a, _: a.issue(
                "a1.b2.traefik.default", common_name="TRAEFIK DEFAULT CERT", self_signed=True
            )
        ),
    ),
    "testauthority": ("tls.untrusted_issuer", Site(certificate=_test_authority)),
    "otherschain": ("tls.incomplete_chain", Site(certificate=_chain_of_another)),
    "clientsalone": (
        "tls.unsuitable_certificate",
        _with_key(
            ec.generate_private_key(ec.SECP256R1()),
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]),
        ),
    ),
    "signsnothing": (
        "tls.unsuitable_certificate",
        _with_key(
            rsa.generate_private_key(public_exponent=65537, key_size=2048), _usage(signs=False)
        ),
    ),
    "shortkey": (
        "tls.unsuitable_certificate",
        _with_key(rsa.generate_private_key(public_exponent=65537, key_size=1024)),  # noqa: S505 - that is the fault
    ),
}
WELL: dict[str, Site] = {
    "framefills": Site(
        "types { text/html html; text/javascript js; }",
        pages=_page(
            _FRAME.format(head="<noscript>Turn scripts on.</noscript>", body="").replace(
                "</head>", "<script type=module src=/a.js></script></head>"
            ),
            a_js=_PROGRAM,
        ),
    ),
    "framealone": Site(pages=_page(_FRAME.format(head="", body="<script src=/a.js></script>"))),
    "framewrittenwithin": Site(
        pages=_page(
            f"<div id=app></div>{_ICON_LINK}<script src=/counter.js></script>"
            "<script>document.getElementById('app').innerHTML = '<h1>Beds</h1>';</script>"
        )
        | _ICON
    ),
    "onesheetgone": Site(
        pages=_page(
            "<title>Bulbs</title><link rel=stylesheet href=/gone.css>"
            f"<link rel=stylesheet href=/a.css>{_TEXT}",
            a_css="h1 { color: teal }",
        )
    ),
    "counterscriptgone": Site(
        pages=_page(f"<title>Bulbs</title><script src=/counter.js></script>{_TEXT}")
    ),
    "ownpolicy": Site(
        "add_header Content-Security-Policy \"default-src 'self' https:\";",
        pages=_page(f"<title>Bulbs</title><link rel=stylesheet href=/a.css>{_TEXT}", a_css="a{}"),
    ),
    "frameset": Site(
        pages=_page("<frameset rows='*'><frame src=http://www.other-domain.example/></frameset>")
    ),
    "drawnbyscript": Site(
        pages=_page("<script>document.write('<h1>' + 'Bulbs' + '</h1>');</script>")
    ),
    "oldencoding": Site(
        behaviour=sized(_TEXT.encode(), OK + HTML + b"Content-Encoding: utf-8\r\n")
    ),
    "letterart": Site(
        behaviour=sized(b" /\\_/\\\n( o.o )\n" * 40, OK + b"Content-Type: text/plain\r\n")
    ),
    "hackednovel": Site(
        pages=_page(f"<title>Hacked by love</title><h1>Hacked by love, a novel</h1>{_TEXT}")
    ),
    "curvefirst": Site(
        "ssl_prefer_server_ciphers on; ssl_ecdh_curve secp521r1:secp384r1;",
        certificate=lambda a, name: a.issue(name),
    ),
    "signs": _with_key(
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        _usage(signs=True),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
    ),
    "agegate": Site(
        'location = / { if ($cookie_old = "") { return 302 /age; } } '
        'location = /age { add_header Set-Cookie "old=yes; Path=/"; return 302 /; }'
    ),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL
_FAST = {
    *("framehtml", "framealone", "frameupgraded", "stylestype", "octets", "toomanycookies"),
    *("curve521", "curvefirst", "key521", "otherschain", "signsnothing", "h2names", "defaced"),
}
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(
        *(name, f"{'https' if site.certificate else 'http'}://{{{name}}}/", _EXPECTED[name], "web"),
        is_fast=name in _FAST,
    )
    for name, site in SITES.items()
)
