"""
The HTML that the browser loads first: Streamlit's index page, rewritten.

Adds the reader's language in `<html lang>`, our title, icon, style and script, and the content
shown before scripts are loaded or without JavaScript; removes the inline script that our
Content-Security-Policy forbids and the link to an interface that is switched off.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse

from diagnostics.texts import Language
from intake.web.brand import Brand
from intake.web.files.static_files import version_of
from intake.web.language import language_of_request
from intake.web.limits.gate import static_folder

_ASSETS = Path(__file__).parents[1] / "assets"
_INLINE_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
_AGENT_LINK = re.compile(r'<link rel="service-desc"[^>]*>')
_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)
_STYLESHEET = re.compile(r'<link rel="stylesheet"[^>]*>')
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)


_FIRST = "<!-- first screen -->"
_BRAND_STYLE = '<link rel="stylesheet" href="./brand/style.css">'


class ShellChangedError(Exception):
    """Streamlit's page has changed; an upgrade needs changes in this module."""


@lru_cache(maxsize=8)
def render_shell(
    title: str,
    language: Language,
    assets: str | None = None,
    *,
    icon: str = "/assets/icon.svg",
    has_brand: bool = False,
) -> str:
    """
    Rewrite Streamlit's index page.

    Raises:
        ShellChangedError: a part that we replace is not there any more.
    """
    page = _COMMENT.sub("", (static_folder() / "index.html").read_text(encoding="utf-8"))
    page = _AGENT_LINK.sub("", _INLINE_SCRIPT.sub("", page))
    name = html.escape(title)
    # A style sheet in the head would delay the first screen until it is loaded.
    sheets = [*_STYLESHEET.findall(page), *_sheets("intake", assets)]
    styles = "".join(sheets) + (_BRAND_STYLE if has_brand else "")
    page = _STYLESHEET.sub("", page)
    changes = {
        '<html lang="en">': f'<html lang="{language}">',
        "<title>Streamlit</title>": f"<title>{name}</title>",
        'href="./favicon.png"': f'href=".{icon}"',
        "</head>": (
            f"{_page_script('intake')}"
            f'{_page_script(assets)}<meta name="robots" content="noindex"></head>'
        ),
        '<div id="root">': f'{styles}<div id="root">',
    }
    for old, new in changes.items():
        # Fails loudly: an upgrade of Streamlit must not lose our script in silence.
        if old not in page:
            raise ShellChangedError(f"{old!r} is not in Streamlit's index.html any more")
        page = page.replace(old, new, 1)
    return re.sub(r"<noscript>.*?</noscript>", _FIRST, page, count=1, flags=re.DOTALL)


def _sheets(*names: str | None) -> list[str]:
    return [f'<link rel="stylesheet" href="{_versioned(f"{name}.css")}">' for name in names if name]


def _page_script(name: str | None) -> str:
    """Return the tag of a script of ours; some pages have one of their own."""
    return f'<script src="{_versioned(f"{name}.js")}" defer></script>' if name else ""


@cache
def _versioned(name: str) -> str:
    """Return the address of a file of ours with its version, so that browsers cache it for long."""
    return f"./assets/{name}?{version_of((_ASSETS / name).read_bytes())}"


def answer_shell(  # noqa: PLR0913 - what the page is made of
    request: Request,
    title: str,
    default: Language,
    brand: Brand,
    assets: str | None = None,
    *,
    first: Callable[[Language], str],
    with_scripts: bool = True,
) -> HTMLResponse:
    """
    Return the page in the language that the request prefers.

    `first` makes the HTML that is shown before, or without, any script. With `with_scripts` False
    nothing else is shown: no socket is opened.

    Raises:
        ShellChangedError: see `render_shell`.
    """
    language = language_of_request(request, default)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    page = render_shell(title, language, assets, icon=brand.icon, has_brand=bool(brand.style))
    if not with_scripts:
        page = _SCRIPT.sub("", page)
    page = page.replace(_FIRST, first(language), 1)
    return HTMLResponse(page, headers=headers)
