"""The file of desks: each with its kind, its key and the queues whose tickets it gets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from pydantic import ValidationError

from diagnostics.texts import closest_match
from intake.delivery.desk import Desk
from intake.delivery.desk_options import DeskOptions
from intake.delivery.replies.reply import ReplyReader
from intake.tickets.ticket import Ticket

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_RESERVED_NAMES: Final = frozenset({"receipt"})


class DeskKind(NamedTuple):
    """
    The location of a kind of desk: its module below `desks`, its class or factory, its options'
    class.
    """

    module: str
    desk: str
    options: str


# By `kind:`; a module is imported where a desk of its kind is set up.
KINDS: Final[Mapping[str, DeskKind]] = {
    "billmanager": DeskKind("billmanager", "Billmanager", "BillmanagerOptions"),
    "email": DeskKind("email_options", "email_desk", "EmailOptions"),
    "freescout": DeskKind("freescout", "FreeScout", "FreeScoutOptions"),
    "freshdesk": DeskKind("freshdesk", "Freshdesk", "FreshdeskOptions"),
    "glpi": DeskKind("glpi", "Glpi", "GlpiOptions"),
    "hostbill": DeskKind("hostbill", "Hostbill", "HostbillOptions"),
    "jira": DeskKind("jira", "Jira", "JiraOptions"),
    "mattermost": DeskKind("chats", "Mattermost", "MattermostOptions"),
    "omnidesk": DeskKind("omnidesk", "Omnidesk", "OmnideskOptions"),
    "osticket": DeskKind("osticket", "OsTicket", "OsTicketOptions"),
    "redmine": DeskKind("redmine", "Redmine", "RedmineOptions"),
    "request-tracker": DeskKind("request_tracker", "RequestTracker", "RequestTrackerOptions"),
    "telegram": DeskKind("chats", "Telegram", "TelegramOptions"),
    "usedesk": DeskKind("usedesk", "UseDesk", "UseDeskOptions"),
    "webhook": DeskKind("webhook", "WebhookDesk", "WebhookOptions"),
    "whmcs": DeskKind("whmcs", "Whmcs", "WhmcsOptions"),
    "zammad": DeskKind("zammad", "Zammad", "ZammadOptions"),
    "zendesk": DeskKind("zendesk", "Zendesk", "ZendeskOptions"),
    "znuny": DeskKind("znuny", "Znuny", "ZnunyOptions"),
}


class ReplyReaderName(NamedTuple):
    """The location of the reader of a kind's webhooks: a module below `replies`, and its class."""

    module: str
    name: str


REPLY_READERS: Final[Mapping[str, ReplyReaderName]] = {
    "freescout": ReplyReaderName("freescout", "FreeScoutReplies"),
    "freshdesk": ReplyReaderName("ticket_change", "TicketChanges"),
    "omnidesk": ReplyReaderName("ticket_change", "TicketChanges"),
    "usedesk": ReplyReaderName("ticket_change", "TicketChanges"),
    "webhook": ReplyReaderName("standard_webhook", "StandardReplies"),
    "whmcs": ReplyReaderName("ticket_change", "TicketChanges"),
    "zammad": ReplyReaderName("zammad", "ZammadReplies"),
    "zendesk": ReplyReaderName("zendesk", "ZendeskReplies"),
}
_REPLIES_BY_MAIL: Final = ("email", "request-tracker")
_MIN_SECRET_LENGTH: Final = 16
# What to write instead, by pydantic's error type.
_CORRECTIONS: Final = {
    "string_type": "write a text, in quotes",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "float_type": "write a number",
    "float_parsing": "write a number",
    "dict_type": "write names and what they are there, like {{hosting: H1}}",
    "mapping_type": "write names and what they are there, like {{hosting: H1}}",
    "tuple_type": "write names in brackets, like [hosting, domains]",
    "string_pattern_mismatch": "it has a sign that can't be there; see docs/desks.md",
    "string_too_long": "write at most {max_length} characters",
    "literal_error": "write {expected}",
    "greater_than": "write more than {gt:g}",
    "greater_than_equal": "write {ge:g} or more",
    "less_than_equal": "write {le:g} or less",
}


class DeskFileError(Exception):
    """The file can't be used; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class ConfiguredDesk:
    """
    A desk, and the queues whose tickets it gets; an empty `takes` means all queues.

    `replies` reads its webhooks. `replies_by_mail`: its agents' replies come by mail. `names` are
    our queues and priorities that the file names, by the key that they are written under.
    """

    desk: Desk
    takes: tuple[str, ...] = ()
    replies: ReplyReader | None = None
    replies_by_mail: bool = False
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_desks(path: Path, *, base_url: str = "") -> list[ConfiguredDesk]:
    """
    Read and build the desks of a file.

    Raises:
        DeskFileError: the file can't be read, or has a value that can't be used.
    """
    return [_build_desk(path, name, values, base_url) for name, values in _load_desks(path).items()]


def desks_for(ticket: Ticket, desks: Sequence[ConfiguredDesk]) -> tuple[str, ...]:
    """
    Return the names of the desks that get a ticket.

    If no desk names the ticket's queue, the ticket goes to the desks that take every queue, or else
    to the first desk, so that every ticket goes somewhere.
    """
    names = [entry.desk.name for entry in desks if ticket.queue in entry.takes]
    names += [entry.desk.name for entry in desks if not entry.takes]
    return tuple(names) or tuple(entry.desk.name for entry in desks[:1])


def _load_desks(path: Path) -> Mapping[str, Any]:
    try:
        parsed = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise DeskFileError(f"{path} can't be read ({why})") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f", line {mark.line + 1}" if mark else ""
        raise DeskFileError(
            f"{path}{at}: it is not YAML; look there and one line above for a line that begins in"
            " another column than its neighbours, a tab, or a quote or bracket that isn't closed"
        ) from error
    desks = parsed.get("desks") if isinstance(parsed, dict) else None
    if not isinstance(desks, dict) or not desks or len(parsed) != 1:
        raise DeskFileError(f"{path}: write `desks:`, and below it each desk by its name")
    return desks


def _build_desk(path: Path, name: object, options_read: object, base_url: str) -> ConfiguredDesk:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in _RESERVED_NAMES:
        raise DeskFileError(
            f"{path}: {name!r} can't be a desk's name; write small letters, digits and dashes"
        )
    if not isinstance(options_read, dict):
        raise DeskFileError(f"{path}: desk '{name}': write its keys below it, `kind` first")
    kind = options_read.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise DeskFileError(f"{path}: desk '{name}': {_kind_problem(options_read)}")
    entry = KINDS[kind]
    module = import_module(f"intake.delivery.desks.{entry.module}")
    try:
        options: DeskOptions = getattr(module, entry.options).model_validate(options_read)
        desk: Desk = getattr(module, entry.desk)(name, options, base_url)
    except ValidationError as error:
        known = getattr(module, entry.options).model_fields
        raise DeskFileError(f"{path}: desk '{name}': {_first_problem(error, known)}") from None
    except ValueError as error:
        raise DeskFileError(f"{path}: desk '{name}': {error}") from None
    return ConfiguredDesk(
        desk,
        options.takes,
        _reply_reader(path, name, kind, options),
        options.replies_by_mail,
        {key: tuple(getattr(options, key)) for key in ("takes", "queues", "priorities")},
    )


def _reply_reader(path: Path, name: str, kind: str, options: DeskOptions) -> ReplyReader | None:
    if options.replies_by_mail and kind not in _REPLIES_BY_MAIL:
        kinds = ", ".join(_REPLIES_BY_MAIL)
        raise DeskFileError(f"{path}: desk '{name}': replies by mail come from: {kinds}")
    if options.reply_secret is None:
        return None
    if kind not in REPLY_READERS:
        kinds = ", ".join(REPLY_READERS)
        raise DeskFileError(f"{path}: desk '{name}': webhooks with replies come from: {kinds}")
    reader = REPLY_READERS[kind]
    secret = options.reply_secret.get_secret_value()
    if len(secret) < _MIN_SECRET_LENGTH:
        raise DeskFileError(
            f"{path}: desk '{name}': 'reply_secret' has less than {_MIN_SECRET_LENGTH} characters"
        )
    module = import_module(f"intake.delivery.replies.{reader.module}")
    replies: ReplyReader = getattr(module, reader.name)(secret)
    return replies


def _first_problem(error: ValidationError, known: Collection[str]) -> str:
    # A key that isn't known is often the one that is missing, misspelt.
    first = min(error.errors(), key=lambda mistake: mistake["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return _unknown_word("key", key, known)
    if first["type"] == "missing":
        return f"'{key}' is missing"
    if first["type"] in _CORRECTIONS:
        return f"{key}: {_CORRECTIONS[first['type']].format_map(first.get('ctx', {}))}"
    return f"{key}: {first['msg'].removeprefix('Value error, ')}"


def _kind_problem(written: Mapping[Any, Any]) -> str:
    if "kind" in written:
        return _unknown_word("kind", written["kind"], KINDS)
    for key, value in written.items():
        if isinstance(value, str) and value in KINDS:
            return f"write 'kind: {value}' instead of '{key}: {value}'"
    return f"'kind' is missing; these are: {', '.join(_sorted_names(KINDS))}"


def _unknown_word(what: str, word: object, known: Collection[str]) -> str:
    match = closest_match(str(word), known)
    hint = f"did you mean '{match}'?" if match else f"these are: {', '.join(_sorted_names(known))}"
    return f"{word!r} is no {what}; {hint}"


def _sorted_names(known: Collection[str]) -> Iterator[str]:
    return iter(sorted(known))
