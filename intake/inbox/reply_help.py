"""Help for writing a reply: templates that fill themselves in, and the customer's requests."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.inbox.reply_text import text_key
from intake.replies.customer_requests import (
    CustomerRequest,
    customer_requests,
    has_gaps,
    unanswered_requests,
)
from intake.replies.template import FillError, ReplyTemplate
from intake.replies.template_files import reply_message
from intake.replies.ticket_values import template_values
from intake.tickets import Ticket
from intake.ui import actions, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

_TEMPLATE: Final = "work-template"
_PROBLEM: Final = "work-template-problem"
_FILLED: Final = "work-filled"
_WARNED: Final = "work-warned"
_LONGEST: Final = 240


def draw_templates(ticket: Ticket, language: Language) -> None:
    """Draw the choice of a template; those for the ticket's cause come first."""
    code = ticket.verdict.code if ticket.verdict else ""
    templates = {template.name: template for template in services().replies.for_cause(code)}
    st.selectbox(
        words("reply_template", language),
        [None, *templates],
        format_func=lambda name: _title(templates.get(name), language),
        key=_TEMPLATE,
        on_change=actions.on_change(_TEMPLATE, partial(_take_template, ticket)),
    )
    if problem := session.value(_PROBLEM):
        kind, name = problem
        st.warning(escape_markdown(reply_message(kind, language, name), limit=_LONGEST))
    mistakes = services().replies.mistakes()
    if mistakes:
        files = len({mistake.file for mistake in mistakes})
        with st.expander(words("reply_mistakes", language, count=files), type="compact"):
            for mistake in mistakes[:20]:
                line = f"{mistake.file.name}:{mistake.line}: {mistake.message_in(language)}"
                st.text(line)


def draw_requests(ticket: Ticket, language: Language) -> None:
    """Draw the customer's requests, and which of them the reply doesn't mention yet."""
    requests = customer_requests(ticket, language)
    if not requests:
        return
    reply = str(session.value(text_key(ticket)) or "")
    left = set(unanswered_requests(requests, reply))
    with st.container(key="requests", gap="small"):
        for is_from_customer, label in ((True, "requests_said"), (False, "requests_open")):
            lines = [
                _line(request, language, is_touched=bool(reply) and request not in left)
                for request in requests
                if request.is_from_customer is is_from_customer
            ]
            if lines:
                st.caption(words(label, language))
                st.markdown("  \n".join(lines))


def warning_before(ticket: Ticket, reply: str, language: Language) -> str:
    """
    Return a warning before a reply is sent, or "".

    It is returned once per text: the next click sends the reply as it is.
    """
    requests = [
        request for request in customer_requests(ticket, language) if request.is_from_customer
    ]
    left, warnings = unanswered_requests(requests, reply), []
    if left:
        listed = "; ".join(request.text for request in left)
        warnings.append(words("reply_untouched", language, listed=listed))
    if has_gaps(reply):
        warnings.append(words("reply_gaps", language))
    if not warnings or session.value(_WARNED) == reply:
        session.set_value(_WARNED, None)
        return ""
    session.set_value(_WARNED, reply)
    return "\n".join(warnings)


def _line(request: CustomerRequest, language: Language, *, is_touched: bool) -> str:
    mark = "✓" if is_touched else "○"
    state = words("request_touched" if is_touched else "request_untouched", language)
    return f"{mark} {escape_markdown(request.text, limit=_LONGEST)} :gray[{state}]"


def _title(template: ReplyTemplate | None, language: Language) -> str:
    if template is None:
        return words("reply_template_none", language)
    return template.title[language if language in template.title else "en"]


def _take_template(ticket: Ticket) -> None:
    """Fill the template into the field, in the customer's language, below the staff's own text."""
    session.set_value(_PROBLEM, None)
    chosen = session.value(_TEMPLATE)
    template = next((known for known in services().replies.all() if known.name == chosen), None)
    if template is None:
        return
    values = template_values(ticket, brand=services().settings.name, staff=visitor.staff_name())
    try:
        filled = template.fill(ticket.language, values)
    except FillError as error:
        session.set_value(_PROBLEM, (error.kind, error.name))
        return
    written = str(session.value(text_key(ticket)) or "").strip()
    keeps = written and written != session.value(_FILLED)
    session.set_value(text_key(ticket), f"{written}\n\n{filled}" if keeps else filled)
    session.set_value(_FILLED, filled)
