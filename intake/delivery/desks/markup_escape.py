"""
Escape a customer's words for desks that read text as markup: they show, but nothing acts.

A picture in a ticket would reveal to a stranger who opened it and when, a link may show another
address than it leads to, and a mention mails a colleague.
"""

from __future__ import annotations

import html
import re
from typing import Final

# Each mark, with the context in which it acts. Textile and Markdown as Redmine reads them ("Text
# formatting" of its wiki), Jira's wiki markup: pictures, links with words of their own, includes,
# mentions, HTML.
_ACTIVE_MARKUP: Final = re.compile(
    r"!(?=\[|[^\s!]{3,300}!)|(?<=\])(?=[(\[])|(?<=\":)(?=\S)|(?<=\S\|)(?=https?://)"
    r"|\{(?=\{)|(?<![\w.+@-])@(?=\w)|\[(?=[~\[])|<(?=[a-z/!])",
    re.IGNORECASE,
)


def escape_markup(text: str) -> str:
    """Return the text with a space after each mark that would act; it stays readable."""
    return _ACTIVE_MARKUP.sub(lambda mark: f"{mark[0]} ", text)


def text_to_html(text: str) -> str:
    """Return the text as HTML, for a desk that takes HTML."""
    return f"<div>{html.escape(text).replace(chr(10), '<br>')}</div>"
