"""A report in every form that somebody reads, and what makes each form harmless."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, get_args

from markdown_it import MarkdownIt
from rich.console import Console

from diagnostics import Language, Report, summarise
from diagnostics.texts import CompleteLanguage
from intake.cli.report_view import show
from intake.tickets import FORMATS, render
from tests.tickets.example import draft, run, ticket

LANGUAGES = get_args(CompleteLanguage)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # the only escapes that a terminal gets, and they are ours
_TAGS = {
    *("article", "section", "h1", "h2", "h3", "p", "strong", "bdi", "span", "ul", "li", "br"),
    *("dl", "div", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("pre", "code", "time", "ol", "small", "em"),
}
_ATTRIBUTES = {"class", "dir", "lang", "scope", "datetime"}


def assert_harmless_everywhere(report: Report) -> None:
    """No form lets what the network said act: no control, no markup, no link, no tag."""
    for language in LANGUAGES:
        _assert_strings_are_plain(report.as_dict(language))
        for observation in report.observations:
            _assert_plain(summarise(observation, language).text)
        for is_terminal in (False, True):
            _assert_plain(
                _COLOUR.sub("", _on_a_terminal(report, language, is_terminal=is_terminal))
            )
    _assert_strings_are_plain(report.model_dump(mode="json"))
    sent = ticket(
        draft().model_copy(update={"checks": {"web": run(report=report.model_dump(mode="json"))}})
    )
    assert sent.diagnoses[0].findings or report.verdict == "inconclusive"
    for form in FORMATS:
        for language in LANGUAGES:
            _JUDGES[form](render(sent, form, language))


def forms_of(report: Report) -> dict[str, str]:
    """What people read: the command's words and a ticket's."""
    checks = {"web": run(report=report.model_dump(mode="json"))}
    sent = ticket(draft().model_copy(update={"checks": checks}))
    command = {"command": _on_a_terminal(report, "en", is_terminal=False)}
    return command | {form: render(sent, form, "en") for form in FORMATS}


def _on_a_terminal(report: Report, language: Language, *, is_terminal: bool) -> str:
    file = io.StringIO()
    show(report, language, Console(file=file, force_terminal=is_terminal, width=80))
    return file.getvalue()


def _assert_plain(text: str) -> None:
    bad = [char for char in text if not char.isprintable() and char != "\n"]
    assert not bad, bad


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (*_strings(key), *_strings(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _assert_strings_are_plain(value: Any) -> None:
    for text in _strings(value):
        _assert_plain(text)


def _judge_markdown(text: str) -> None:
    _assert_plain(text)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").parse(text)
    flat = [*tokens, *(child for token in tokens for child in token.children or [])]
    kinds = {token.type for token in flat}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "s_open"}, kinds


class _Reader(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        assert {name for name, _ in attrs} <= _ATTRIBUTES, attrs

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


def _judge_html(text: str) -> None:
    _assert_plain(text)
    reader = _Reader()
    reader.feed(text)
    reader.close()


_JUDGES: dict[str, Any] = {
    "text": _assert_plain,
    "markdown": _judge_markdown,
    "html": _judge_html,
    "json": lambda text: _assert_strings_are_plain(json.loads(text)),
}
