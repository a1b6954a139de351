"""Decide from a mail server's replies whether it would accept a letter (RFC 5321, RFC 3463)."""

from __future__ import annotations

import re

from diagnostics.letters.classification import find_cause
from diagnostics.letters.smtp_reply import SmtpReply
from diagnostics.observations import DeliveryObservation, SmtpStep, TcpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence

# Refusals of the postmaster's mailbox alone: the server accepts the domain's mail.
_MAILBOX_CAUSES = frozenset(
    {"recipient-unknown", "recipient-disabled", "recipient-moved", "recipient-restricts"}
)
_FOREIGN_DOMAIN = frozenset({"relay-denied", "domain-unknown", "domain-takes-no-mail", "mail-loop"})
_SERVER_CAUSES = frozenset({"server-error", "program-failed", "unreachable"})
# Distinguishes a server's own fault from "try again later", which greylisting says (RFC 6647).
_SERVER_FAULT = re.compile(
    r"configuration|lookup failure|local problem|internal|temporary (system|server)|database"
    r"|unexpected (failure|error)|dns (query|lookup) failed",
    re.IGNORECASE,
)
# A service that a server asks before it accepts a letter, such as a filter, doesn't answer.
_HELPER_GONE = re.compile(
    r"\b(clam\w*|spamd|spamassassin|rspamd|amavis\w*|scanner|antivirus|milter|filter|ldap|\w*sql"
    r"|policy (?:server|service|daemon)|quota service)\b.{0,40}"
    r"\b(unavailable|not (?:reachable|available|running)|unreachable|down|failed|failure"
    r"|timed? ?out|error|refused)\b",
    re.IGNORECASE,
)
# Postfix says this if its own filter doesn't answer (milter_default_action).
_FILTER_GONE = re.compile(r"\bservice unavailable\b.{0,5}\btry again later\b", re.IGNORECASE)
# Postfix's postscreen says this to every sender that is new to it.
_NEWCOMER = re.compile(r"\bservice currently unavailable\b", re.IGNORECASE)
# Block lists answer this to a server that asks them through a public resolver.
_LIST_REFUSES = re.compile(r"\b(open|public) resolver\b", re.IGNORECASE)
_LOG_IN = re.compile(
    r"\bauth\w{0,12}\b.{0,12}\b(required|first)\b|\bmust (log ?in|auth)"
    r"|\bnot authenticated\b|\bturn on smtp auth|\bwithout auth",
    re.IGNORECASE,
)
# The refusal is about our address (listed, or without a name), or about a sender's domain.
_MEANS_OUR_ADDRESS = re.compile(
    r"\b(dynamic|dial-?up|residential|reverse|ptr|rdns|black|block|listed|reputation"
    r"|spf|dkim|dmarc|sender)",
    re.IGNORECASE,
)
_RELAYS = re.compile(r"\brelay", re.IGNORECASE)
# "Domain" means the recipient's, because we don't name one of our own (MAIL FROM:<>).
_DOMAIN_IS_OFF = re.compile(
    r"(?<!sender )(?<!sender's )(?<!helo )(?<!client )\bdomain\b(?! of)(?:(?!@|\bsender\b).){0,30}"
    r"\b(disabled|suspended|inactive|deactivated|expired|switched off"
    r"|not (?:yet )?(?:active|activated|confirmed|verified|delegated))\b"
    r"|\b(?:not|no longer) accepted for (?:this|that) domain\b|\bdomain is locked\b"
    r"|\bthis domain is (?:not|no longer) accepted\b"
    r"|\bдомен\b.{0,30}\b(отключ[её]н|приостановлен|не подтвержд[её]н|не делегирован)",
    re.IGNORECASE,
)
# The server can't reach the one to which it forwards letters.
_NEXT_SERVER_DOWN = re.compile(
    r"\b(connect(ion|ing)? to|unverified address)\b.{0,120}"
    r"\b(connection (refused|timed out|reset)|timed? ?out|no route to host"
    r"|network is unreachable|host (is )?(down|not found))\b"
    r"|^4\.4\.\d+ \W{0,3}connection (refused|timed out|reset)\b",
    re.IGNORECASE,
)
_LOG_IN_CODE = 530  # RFC 4954, section 6
_NOT_LOCAL_CODE = 551  # RFC 5321, section 4.2.3: "user not local"
_BEFORE_RECIPIENT = frozenset({"EHLO", "HELO", "MAIL"})
_NULL_SENDER = re.compile(
    r"\b(null|empty|blank) (sender|reverse|return|envelope|mail from)\b|\bno null\b"
    r"|\bsender address is (null|empty)\b",
    re.IGNORECASE,
)
_LATER = 400
_NEVER = 500


def delivery_at(evidence: Evidence, contact: TcpObservation) -> DeliveryObservation | None:
    """Return the SMTP dialogue held over one connection to port 25; None without one."""
    return next(
        (
            o
            for o in evidence.all_of(DeliveryObservation)
            if (o.address, o.port) == (contact.address, contact.port)
        ),
        None,
    )


def refusal_cause(step: SmtpStep) -> str:
    """Return the cause of a refusal, one of those of returned letters."""
    commands = {"EHLO": "EHLO", "STARTTLS": "STARTTLS", "MAIL": "MAIL", "RCPT": "RCPT"}
    command = commands.get(step.command)
    reply = SmtpReply(step.code, step.status, command)  # type: ignore[arg-type]
    return find_cause(step.text, "", reply)


@concludes(
    *("mail.relay_denied", "mail.storage_full", "mail.server_error"), "mail.null_sender_refused"
)
def delivery_code(delivery: DeliveryObservation) -> str | None:
    """
    The reply in which a mail server refuses our letter shows that it refuses everybody's.

    It doesn't serve the domain (RFC 3463: X.7.1 with words about relaying, X.4.6 for a loop) or has
    the domain switched off, demands a log-in (RFC 4954, section 6) or TLS that it doesn't offer
    (RFC 3207, section 4), has no room (X.3.1, X.2.2), has an internal error (X.3.0, X.3.5), or
    refuses the empty sender of delivery notices (RFC 5321, section 4.5.5). Greylisting (RFC 6647)
    and a missing postmaster are no faults. Refusals that may be about our own address prove nothing
    about other senders.
    """
    step = delivery.refusal
    if step is None or _is_for_newcomers(step):
        return None
    if special := refusal_variant(step):
        return _CODE_OF_VARIANT[special]
    if _NULL_SENDER.search(step.text) and step.code >= _NEVER:
        return "mail.null_sender_refused"
    cause = refusal_cause(step)
    if step.command == "RCPT" and (cause in _FOREIGN_DOMAIN or _is_foreign(step)):
        return "mail.relay_denied"
    # A recipient is named by RCPT; after MAIL, "mailbox full" can only mean the server.
    if cause == "server-full" or (cause == "mailbox-full" and step.command in {"MAIL", "RCPT"}):
        return "mail.storage_full"
    return "mail.server_error" if _is_server_fault(step, cause) else None


def _is_server_fault(step: SmtpStep, cause: str) -> bool:
    """Check whether a refusal is due to the server's own fault, or to a service that it uses."""
    if _is_temporary(step) and cause != "greylisted" and _HELPER_GONE.search(step.text):
        return True
    is_internal = (step.status or "")[1:4] == ".3." or bool(_SERVER_FAULT.search(step.text))
    return cause in _SERVER_CAUSES and is_internal


_CODE_OF_VARIANT = {
    "filter": "mail.server_error",
    "block_list": "mail.server_error",
    "login": "mail.relay_denied",
    "off": "mail.relay_denied",
    "behind": "mail.server_error",
    "loop": "mail.relay_denied",
    "encryption": "mail.server_error",
}


def refusal_variant(step: SmtpStep) -> str:
    """
    Return the kind of a refusal that every sender gets, by its text; "" for other refusals.

    One of "filter", "block_list", "login", "loop", "off", "behind", "encryption". "filter" counts
    only before a recipient was named, because greylisting, which needs one, may say the same. A
    server that demands TLS of us doesn't offer it, because we start TLS wherever it is offered.
    """
    if step.command in _BEFORE_RECIPIENT and _is_temporary(step) and _FILTER_GONE.search(step.text):
        return "filter"
    if _LIST_REFUSES.search(step.text):
        return "block_list"
    if step.code == _LOG_IN_CODE:
        if _LOG_IN.search(step.text):
            return "login"
        return "encryption" if refusal_cause(step) == "encryption" else ""
    return _variant_of_recipient(step) if step.command == "RCPT" else ""


def _is_foreign(step: SmtpStep) -> bool:
    """Check whether the server doesn't know the domain, and so wants a log-in."""
    if step.code == _NOT_LOCAL_CODE:
        return True
    wants_login = bool(_LOG_IN.search(step.text)) and step.code >= _NEVER
    return wants_login and not _MEANS_OUR_ADDRESS.search(step.text)


def _variant_of_recipient(step: SmtpStep) -> str:
    if _DOMAIN_IS_OFF.search(step.text):
        return "off"
    if _NEXT_SERVER_DOWN.search(step.text):
        return "behind"
    if refusal_cause(step) == "mail-loop":
        return "loop"
    is_login = _is_foreign(step) and bool(_LOG_IN.search(step.text))
    return "login" if is_login and not _RELAYS.search(step.text) else ""


def _is_for_newcomers(step: SmtpStep) -> bool:
    return step.command == "RCPT" and _is_temporary(step) and bool(_NEWCOMER.search(step.text))


def _is_temporary(step: SmtpStep) -> bool:
    return _LATER <= step.code < _NEVER


def is_mailbox_full(delivery: DeliveryObservation) -> bool:
    """Check whether only the mailbox that we named has no room."""
    step = delivery.refusal
    return step is not None and refusal_cause(step) == "mailbox-full"


def is_unproven(delivery: DeliveryObservation) -> bool:
    """
    Check whether the server refused us in a way that proves nothing about other senders.

    Examples are block lists, missing host names, policies, or a dialogue that we had no time for.
    If no command was answered, or TLS did not begin, only the greeting counts.
    """
    step = delivery.refusal
    if step is None:
        if not delivery.steps:  # it hung up before any reply; we don't know if on everybody
            return delivery.failure is not None and not delivery.failure.is_ours
        return delivery.steps[-1].command != "STARTTLS" and not delivery.is_taken
    if delivery_code(delivery) is not None or refusal_cause(step) in _MAILBOX_CAUSES:
        return False
    is_greylisted = step.command == "RCPT" and _is_temporary(step)
    return not is_greylisted
