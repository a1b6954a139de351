"""
Logs: one event a line on standard error, in colour on a terminal, as JSON elsewhere.

Warnings of libraries take the same form, with a traceback inside the line. Secrets that may be part
of an address or of an exception's message are masked in every value.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Final

import structlog
from streamlit import logger as framework
from structlog.typing import EventDict, Processor, WrappedLogger

# Links of customers, friends and panels, the staff token, headers, logins in URLs, mailboxes.
_SECRETS: Final = (
    (re.compile(r"(/(?:t|friend|look|panel)/)[\w~.\-]{8,128}"), r"\1…"),
    (re.compile(r"(?i)\b((?:token|case|key|again)=)[^\s&'\"]{6,256}"), r"\1…"),
    (re.compile(r"(?i)\b(authorization:? ?(?:bearer|basic) )\S{6,512}"), r"\1…"),
    (re.compile(r"\b(\w{2,20}(?:\+\w{2,10})?://)[^\s/@:]{1,256}:[^\s/@]{1,256}@"), r"\1…@"),
    (re.compile(r"\b[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}"), "…@…"),
)


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask keys and e-mail addresses in every text of an event."""
    return {name: _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:  # noqa: ANN401 - whatever somebody logs
    if not isinstance(value, str):
        return value
    for pattern, replacement in _SECRETS:
        value = pattern.sub(replacement, value)
    return value


def set_up_logs(level: str) -> None:
    """Configure our own events and the libraries' warnings to go to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    on_terminal = sys.stderr.isatty()
    renderer: Processor = (
        structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    # The handler needs the level too: a logger may have a lower one of its own.
    libraries.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.WARNING, handlers=[libraries], force=True)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def adopt_framework_logs() -> None:
    """
    Make the logs of Streamlit and uvicorn take our form.

    Streamlit gives each of its loggers, and uvicorn's, a handler of its own, now and later: one
    failed response was 230 lines of text between JSON, with the addresses of customers in it.
    """
    framework.setup_formatter = _adopt
    framework.update_formatter()  # for existing loggers


def _adopt(logger: logging.Logger) -> None:
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
    logger.addFilter(_without_traceback_of_foreign_bytes)  # once, however often it is called
    logger.propagate = True


def _without_traceback_of_foreign_bytes(record: logging.LogRecord) -> bool:
    """Drop the traceback of a message that no page of ours sent: one line says it all."""
    if record.msg == "Error deserializing back message":
        record.exc_info = None
    return True
