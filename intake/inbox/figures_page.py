"""Statistics of the service for staff: per checklist, per week, abandoned steps, desks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import streamlit as st
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.database import utc_now
from intake.delivery.desks.receipt import RECEIPT
from intake.drafts import REVIEW
from intake.journey import Checklist
from intake.operations.figures import ServiceFigures, read_figures, sum_figures
from intake.outbox import delivered_since, undelivered
from intake.ui import visitor
from intake.ui.frame import draw_header
from intake.ui.markdown_escape import escape_markdown
from intake.ui.relative_time import time_ago
from intake.ui.staff_links import draw_staff_links
from intake.ui.texts import words

_DAYS: Final = 30
_WEEKS: Final = 12
_MOST_STEPS: Final = 3
_COLUMNS: Final = ("begun", "solved", "sent", "complete", "rounds", "minutes")


def draw() -> None:
    """Draw the page."""
    language = visitor.staff_language()
    draw_header(language, "figures")
    with st.container(key="figures"):
        _draw_head(language)
        now = utc_now()
        live = services().checklists.now
        figures = read_figures(services().engine, live, now - timedelta(days=_DAYS), now)
        rows = [
            (live[name].title.in_(language), row)
            for name, row in figures.items()
            if row.begun or row.sent
        ]
        if rows:
            _draw_table("figures_checklist", rows, language)
            st.caption(words("figures_note", language))
        else:
            st.caption(words("figures_none", language, days=_DAYS))
        _draw_leaving(live.values(), now, language)
        st.subheader(words("figures_weeks", language), anchor=False)
        weeks = list(_weeks(live, now, language))
        while len(weeks) > 1 and not (weeks[-1][1].begun or weeks[-1][1].sent):
            weeks.pop()  # weeks before the first customer
        _draw_table("figures_week", weeks, language)
        _draw_desks(now, language)


def _draw_head(language: Language) -> None:
    st.header(words("figures_title", language), anchor=False)
    with st.container(key="figures-links", horizontal=True):
        draw_staff_links(language, "/figures")
    st.subheader(words("figures_days", language, days=_DAYS), anchor=False)


def _draw_table(first: str, rows: Sequence[tuple[str, ServiceFigures]], language: Language) -> None:
    head = [words(name, language) for name in (first, *(f"figures_{name}" for name in _COLUMNS))]
    _draw_cells(head, ([escape_markdown(name), *_cells(row, language)] for name, row in rows))


def _cells(row: ServiceFigures, language: Language) -> Iterator[str]:
    yield str(row.begun or "")
    yield _share(row.solved, row.begun, language)
    yield str(row.sent or "")
    yield _share(row.complete, row.sent, language)
    rounds = row.questions_per_ticket
    yield "" if rounds is None else format_decimal(rounds, "0.00", locale=language)
    median_s = row.seconds_to_sent_at(0.5)
    yield "" if median_s is None else format_decimal(median_s / 60, "0.0", locale=language)


def _share(count: int, of: int, language: Language) -> str:
    return f"{count} · {format_percent(count / of, locale=language)}" if of else ""


def _draw_cells(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    rules = [":--", *["--:"] * (len(head) - 1)]
    lines = [head, rules, *rows]
    st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in lines))


def _weeks(
    names: Iterable[str], now: datetime, language: Language
) -> Iterator[tuple[str, ServiceFigures]]:
    """Yield the weeks, the newest first; it isn't over yet."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    checklists = tuple(names)
    for number in range(_WEEKS):
        since = monday - timedelta(weeks=number)
        figures = read_figures(services().engine, checklists, since, since + timedelta(weeks=1))
        week = format_date(since.date(), "d MMMM", locale=language)
        yield week, sum_figures(figures.values())


def _draw_leaving(checklists: Iterable[Checklist], now: datetime, language: Language) -> None:
    """Draw, per checklist, the steps at which most customers left."""
    lines = []
    for checklist in checklists:
        figures = services().statistics(checklist.id, now - timedelta(days=_DAYS))
        steps = sorted(figures.steps.values(), key=lambda step: -step.left)[:_MOST_STEPS]
        places = [
            f"{_label(checklist, step.step, language)}: {step.left}" for step in steps if step.left
        ]
        if places:
            title = escape_markdown(checklist.title.in_(language), limit=80)
            lines.append(f"- **{title}.** {'; '.join(places)}")
    if lines:
        st.subheader(words("figures_left", language), anchor=False)
        st.markdown("\n".join(lines))


def _label(checklist: Checklist, name: str, language: Language) -> str:
    if name == REVIEW:
        return words("studio_figures_review", language)
    step = checklist.by_id.get(name)
    text = getattr(step, "short", None) or getattr(step, "text", None)
    return escape_markdown(text.in_(language) if text else name, limit=60)


def _draw_desks(now: datetime, language: Language) -> None:
    rows = undelivered(services().engine)
    taken = delivered_since(services().engine, now - timedelta(days=1))
    st.subheader(words("figures_desks", language), anchor=False)
    if not rows and not taken:
        st.caption(words("figures_desks_none", language))
        return
    head = [words(f"figures_desk_{name}", language) for name in ("name", "state", "count", "since")]
    cells = [
        [
            _desk(row.desk, language),
            words(f"figures_state_{row.state}", language),
            str(row.count),
            time_ago(row.oldest_at, language),
        ]
        for row in rows
    ]
    day = words("figures_state_delivered", language)
    cells += [[_desk(desk, language), day, str(n), ""] for desk, n in taken.items()]
    _draw_cells(head, cells)


def _desk(name: str, language: Language) -> str:
    """Return a desk's name; mails to customers are a pseudo-desk in the outbox."""
    if name == RECEIPT:
        return words("figures_desk_mails", language)
    return escape_markdown(name, limit=60)
