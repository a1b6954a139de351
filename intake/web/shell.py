"""
The HTML that the browser loads first, with what Streamlit's own lacks.

The reader's language in `<html lang>`, our title, icon, style and script, words for browsers
without JavaScript; without the inline script that our Content-Security-Policy forbids and the
link to an interface that is switched off.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import HTMLResponse

from diagnostics.texts import Language, translated
from intake.web.brand import Brand
from intake.web.gate import static_folder
from intake.web.language import of_request

_NOSCRIPT = {
    "en": "This page needs JavaScript. Switch it on, or write to support directly.",
    "ru": "Этой странице нужен JavaScript. Включите его или напишите в поддержку напрямую.",
}
_INLINE_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
_AGENT_LINK = re.compile(r'<link rel="service-desc"[^>]*>')
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)


_BRAND_STYLE = '<link rel="stylesheet" href="./brand/style.css">'


class ShellChangedError(Exception):
    """Streamlit's page is no longer as we know it; an upgrade needs a look at this module."""


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
        ShellChangedError: a place that we rewrite is not there any more.
    """
    page = _COMMENT.sub("", (static_folder() / "index.html").read_text(encoding="utf-8"))
    page = _AGENT_LINK.sub("", _INLINE_SCRIPT.sub("", page))
    name = html.escape(title)
    changes = {
        '<html lang="en">': f'<html lang="{language}">',
        "<title>Streamlit</title>": f"<title>{name}</title>",
        'href="./favicon.png"': f'href=".{icon}"',
        "</head>": (
            '<link rel="stylesheet" href="./assets/intake.css">'
            '<script src="./assets/intake.js" defer></script>'
            f"{_page_assets(assets)}{_BRAND_STYLE if has_brand else ''}"
            '<meta name="robots" content="noindex"></head>'
        ),
    }
    for old, new in changes.items():
        # Fails loudly: an upgrade of Streamlit must not lose our script in silence.
        if old not in page:
            raise ShellChangedError(f"{old!r} is not in Streamlit's index.html any more")
        page = page.replace(old, new, 1)
    sentence = _NOSCRIPT.get(language) or translated(_NOSCRIPT["en"], language)
    words = f"<noscript><p>{html.escape(sentence)}</p></noscript>"
    return re.sub(r"<noscript>.*?</noscript>", words, page, count=1, flags=re.DOTALL)


def _page_assets(name: str | None) -> str:
    """The style sheet and the script that one page alone has."""
    if name is None:
        return ""
    return (
        f'<link rel="stylesheet" href="./assets/{name}.css">'
        f'<script src="./assets/{name}.js" defer></script>'
    )


def answer_shell(
    request: Request,
    title: str,
    default: Language,
    brand: Brand,
    assets: str | None = None,
) -> HTMLResponse:
    """
    Answer with the page, in the language that the request prefers.

    Raises:
        ShellChangedError: see `render_shell`.
    """
    language = of_request(request, default)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    page = render_shell(title, language, assets, icon=brand.icon, has_brand=bool(brand.style))
    return HTMLResponse(page, headers=headers)
