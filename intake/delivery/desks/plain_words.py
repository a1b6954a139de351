"""
A customer's words for desks that read text as markup: they show what was written, and nothing acts.

A picture in a ticket tells a stranger who opened it and when, a link may show another address than
it has, a mention mails a colleague.
"""

from __future__ import annotations

import html
import re
from typing import Final

# Each mark with what makes it act. Textile and Markdown as Redmine reads them ("Text formatting" of
# its wiki), Jira's wiki markup: pictures, links with words of their own, includes, mentions, HTML.
_ACTIVE: Final = re.compile(
    r"!(?=\[|[^\s!]{3,300}!)|(?<=\])(?=[(\[])|(?<=\":)(?=\S)|(?<=\S\|)(?=https?://)"
    r"|\{(?=\{)|(?<![\w.+@-])@(?=\w)|\[(?=[~\[])|<(?=[a-z/!])",
    re.IGNORECASE,
)


def without_markup(words: str) -> str:
    """The words with a blank behind each mark that would act; what can be read stays the same."""
    return _ACTIVE.sub(lambda mark: f"{mark[0]} ", words)


def as_html(words: str) -> str:
    """The words for a desk that takes HTML."""
    return f"<div>{html.escape(words).replace(chr(10), '<br>')}</div>"
