"""Whether a server would take a letter, read from its replies (RFC 5321, RFC 3463)."""

from __future__ import annotations

import re

from diagnostics.letters.classification import find_cause
from diagnostics.letters.smtp_reply import SmtpReply
from diagnostics.observations import DeliveryObservation, SmtpStep, TcpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence

# What a refusal of the postmaster alone means: the domain is served.
_MAILBOX_ALONE = frozenset(
    {"recipient-unknown", "recipient-disabled", "recipient-moved", "recipient-restricts"}
)
_FOREIGN_DOMAIN = frozenset({"relay-denied", "domain-unknown", "domain-takes-no-mail", "mail-loop"})
_INSIDE = frozenset({"server-error", "program-failed", "unreachable"})
# Its own trouble, and not "try again later" as greylisting says it (RFC 6647).
_INSIDE_WORDS = re.compile(
    r"configuration|lookup failure|local problem|internal|temporary (system|server)|database"
    r"|unexpected (failure|error)|dns (query|lookup) failed",
    re.IGNORECASE,
)
# What a server asks before it takes a letter, and that it can't be asked.
_HELPER_GONE = re.compile(
    r"\b(clam\w*|spamd|spamassassin|rspamd|amavis\w*|scanner|antivirus|milter|filter|ldap|\w*sql"
    r"|policy (?:server|service|daemon)|quota service)\b.{0,40}"
    r"\b(unavailable|not (?:reachable|available|running)|unreachable|down|failed|failure"
    r"|timed? ?out|error|refused)\b",
    re.IGNORECASE,
)
# What Postfix says where a filter of its own (milter_default_action) doesn't answer.
_FILTER_GONE = re.compile(r"\bservice unavailable\b.{0,5}\btry again later\b", re.IGNORECASE)
# Postfix's postscreen, to whoever it sees for the first time.
_NEWCOMER = re.compile(r"\bservice currently unavailable\b", re.IGNORECASE)
# A block list's word to a server that asks it by a public resolver.
_LIST_REFUSES = re.compile(r"\b(open|public) resolver\b", re.IGNORECASE)
_LOG_IN = re.compile(
    r"\bauth\w{0,12}\b.{0,12}\b(required|first)\b|\bmust (log ?in|auth)"
    r"|\bnot authenticated\b|\bturn on smtp auth|\bwithout auth",
    re.IGNORECASE,
)
# Of visitors like us, whose address is on a list or without a name, or of a sender's domain.
_MEANS_OUR_ADDRESS = re.compile(
    r"\b(dynamic|dial-?up|residential|reverse|ptr|rdns|black|block|listed|reputation"
    r"|spf|dkim|dmarc|sender)",
    re.IGNORECASE,
)
_RELAYS = re.compile(r"\brelay", re.IGNORECASE)
# The domain of the recipient, as we name none of our own before it (MAIL FROM:<>).
_DOMAIN_IS_OFF = re.compile(
    r"(?<!sender )(?<!sender's )(?<!helo )(?<!client )\bdomain\b(?! of)(?:(?!@|\bsender\b).){0,30}"
    r"\b(disabled|suspended|inactive|deactivated|expired|switched off"
    r"|not (?:yet )?(?:active|activated|confirmed|verified|delegated))\b"
    r"|\b(?:not|no longer) accepted for (?:this|that) domain\b|\bdomain is locked\b"
    r"|\bthis domain is (?:not|no longer) accepted\b"
    r"|\bдомен\b.{0,30}\b(отключ[её]н|приостановлен|не подтвержд[её]н|не делегирован)",
    re.IGNORECASE,
)
# It can't reach the server that it would hand the letter on to.
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
    """Return the conversation that was held on one connection to port 25."""
    return next(
        (
            o
            for o in evidence.all_of(DeliveryObservation)
            if (o.address, o.port) == (contact.address, contact.port)
        ),
        None,
    )


def refusal_cause(step: SmtpStep) -> str:
    """Name why a command was refused, as for returned letters."""
    commands = {"EHLO": "EHLO", "STARTTLS": "STARTTLS", "MAIL": "MAIL", "RCPT": "RCPT"}
    command = commands.get(step.command)
    reply = SmtpReply(step.code, step.status, command)  # type: ignore[arg-type]
    return find_cause(step.text, "", reply)


@concludes(
    *("mail.relay_denied", "mail.storage_full", "mail.server_error"), "mail.null_sender_refused"
)
def delivery_code(delivery: DeliveryObservation) -> str | None:
    """
    Name what keeps a server from taking letters of anybody, from its refusal of ours.

    It doesn't serve the domain (RFC 3463: X.7.1 with words about relaying, X.4.6 for a circle) or
    says that the domain is switched off,
    wants a log-in of everybody (RFC 4954, section 6) or TLS that it doesn't offer (RFC 3207,
    section 4), has no room (X.3.1, X.2.2), fails inside (X.3.0, X.3.5), or takes no letter with
    the empty sender of notices (RFC 5321, section 4.5.5). Greylisting (RFC 6647) and a missing
    postmaster are no faults; refusals that may be about our own address say nothing of others.
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
    # Before a recipient is named, no single mailbox can be meant.
    if cause == "server-full" or (cause == "mailbox-full" and step.command in {"MAIL", "RCPT"}):
        return "mail.storage_full"
    return "mail.server_error" if _fails_inside(step, cause) else None


def _fails_inside(step: SmtpStep, cause: str) -> bool:
    """Whether a server speaks of its own trouble, or of what it asks before it takes a letter."""
    if _is_for_now(step) and cause != "greylisted" and _HELPER_GONE.search(step.text):
        return True
    is_inside = (step.status or "")[1:4] == ".3." or bool(_INSIDE_WORDS.search(step.text))
    return cause in _INSIDE and is_inside


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
    Tell refusals that everybody gets, by their words; "" for none.

    "filter", "block_list", "login", "loop", "off", "behind", "encryption". A filter counts only
    before a recipient was named: greylisting, which needs one, may say the same. Whoever demands
    TLS of us, who begin it wherever it is offered, offers none.
    """
    if step.command in _BEFORE_RECIPIENT and _is_for_now(step) and _FILTER_GONE.search(step.text):
        return "filter"
    if _LIST_REFUSES.search(step.text):
        return "block_list"
    if step.code == _LOG_IN_CODE:
        if _LOG_IN.search(step.text):
            return "login"
        return "encryption" if refusal_cause(step) == "encryption" else ""
    return _variant_of_recipient(step) if step.command == "RCPT" else ""


def _is_foreign(step: SmtpStep) -> bool:
    """Whether a domain that the server doesn't know was met by the demand for a log-in."""
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
    return step.command == "RCPT" and _is_for_now(step) and bool(_NEWCOMER.search(step.text))


def _is_for_now(step: SmtpStep) -> bool:
    return _LATER <= step.code < _NEVER


def is_mailbox_full(delivery: DeliveryObservation) -> bool:
    """Whether only the asked mailbox has no room."""
    step = delivery.refusal
    return step is not None and refusal_cause(step) == "mailbox-full"


def is_unproven(delivery: DeliveryObservation) -> bool:
    """
    Whether the server turned us away in a way that says nothing of other senders.

    Block lists, missing names, policies, or a conversation that we had no time for. Where not one
    command was answered, or TLS did not begin, the greeting alone counts.
    """
    step = delivery.refusal
    if step is None:
        if not delivery.steps:  # it hung up on our first word: on us, or on everybody
            return delivery.failure is not None and not delivery.failure.is_ours
        return delivery.steps[-1].command != "STARTTLS" and not delivery.is_taken
    if delivery_code(delivery) is not None or refusal_cause(step) in _MAILBOX_ALONE:
        return False
    is_greylisted = step.command == "RCPT" and _is_for_now(step)
    return not is_greylisted
