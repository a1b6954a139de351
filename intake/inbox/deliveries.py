"""A ticket's deliveries: its link at each desk, waiting additions, data the desk dropped."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.delivery.desks.receipt import RECEIPT
from intake.delivery.handover import read_losses
from intake.delivery.loss_words import loss_line
from intake.outbox import DeliveryRow
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

_LONGEST = 400


def draw(reference: str, language: Language) -> None:
    """Draw one line per desk; nothing for a ticket that goes to no desk."""
    rows = [row for row in services().outbox.rows(reference) if row.desk != RECEIPT]
    tickets = [row for row in rows if not row.about]
    if not tickets:
        return
    with st.container(key="deliveries", gap=None):
        for row in tickets:
            st.caption(" · ".join(_facts(row, rows, language)))
            for loss in read_losses(row.losses):
                line = words("inbox_dropped", language, what=loss_line(loss, language))
                st.warning(escape_markdown(line, limit=_LONGEST))


def _facts(row: DeliveryRow, rows: list[DeliveryRow], language: Language) -> Iterator[str]:
    url = _url(row)
    name = escape_markdown(row.desk, limit=60)
    yield f"[{name}]({url})" if url else name
    yield words(f"delivery_{'waiting' if row.state == 'leased' else row.state}", language)
    waiting = [other for other in rows if other.desk == row.desk and other.about]
    waiting = [other for other in waiting if other.state != "delivered"]
    if waiting:
        yield words("inbox_additions_wait", language, count=len(waiting))
    if row.state == "waiting" and row.why:
        yield escape_markdown(row.why, limit=_LONGEST)


def _url(row: DeliveryRow) -> str:
    """Return the desk's own page of the ticket, or "" if the desk is no longer configured."""
    if not row.remote_id:
        return ""
    desks = {entry.desk.name: entry.desk for entry in services().desks}
    url = desks[row.desk].url(row.remote_id) if row.desk in desks else ""
    return url if url.startswith(("https://", "http://")) and not set(url) & set(" ()<>[]") else ""
