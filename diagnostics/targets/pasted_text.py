"""Read a customer's text as one target that may be probed, or give a reason in plain words."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from diagnostics.options import Options
from diagnostics.targets.address_policy import AddressPolicy
from diagnostics.targets.public_suffixes import has_public_suffix
from diagnostics.targets.target import HostKind, Scheme, Target
from diagnostics.targets.target_parsing import NotATargetError, parse_target
from diagnostics.texts import Language, escape_hidden, load_catalogue

_REFUSALS = Path(__file__).with_name("refusals.yaml")
MAX_INPUT = 2048  # characters
_OPENING, _CLOSING = "«“”„\"'`‘’‹<({", "»“”\"'`’›>)},;!?…"
_ADDRESS_LIKE = re.compile(r"\[[0-9a-fA-F:.]+\](?::[0-9]+)?(?:/.*)?|[0-9]+(?:\.[0-9]+){3}.*")


@dataclass(frozen=True, kw_only=True)
class TargetReading:
    """
    How a text was understood.

    `suggested` is true if the host was found in a text, or a typing error was repaired: the
    customer confirms it before anything is probed. `addresses` is filled only by `resolve`.
    `reason` is None exactly when the target is accepted.
    """

    input: str
    accepted: bool
    kind: HostKind | None = None
    host: str | None = None
    host_display: str | None = None
    scheme: Scheme | None = None
    port: int | None = None
    path: str | None = None
    suggested: bool = False
    addresses: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def target(self) -> Target:
        """
        The target, once accepted.

        Raises:
            ValueError: the text was refused.

        """
        if not self.accepted:
            raise ValueError(f"refused: {self.reason}")
        return Target(**{part.name: getattr(self, part.name) for part in fields(Target)})

    def explain(self, language: Language = "en") -> str:
        """Return why it was refused and what to enter instead; "" if it was accepted."""
        if self.reason is None:
            return ""
        texts = load_catalogue(_REFUSALS)[self.reason]
        values: dict[str, Any] = {
            "host": escape_hidden(self.host_display or "", 80),
            "port": self.port,
        }
        return str(texts[language]).format(**values)


def read_target(text: str, options: Options | None = None) -> TargetReading:
    """
    Read what a customer would paste, and judge whether it may be probed.

    No packet is sent: names are not resolved here. The same function serves the wizard, the API and
    the command line.
    """
    # The input must be storable: a lone surrogate has no UTF-8 form.
    stored_input = text[:MAX_INPUT].encode("utf-8", "replace").decode()  # without lone surrogates
    try:
        target, suggested = _find_target(text)
    except NotATargetError as error:
        return TargetReading(input=stored_input, accepted=False, reason=error.reason)
    reason = _judge(target, options or Options())
    return TargetReading(
        **{**asdict(target), "input": stored_input},
        accepted=reason is None,
        suggested=suggested,
        reason=reason,
    )


def _find_target(text: str) -> tuple[Target, bool]:
    if len(text) > MAX_INPUT:
        raise NotATargetError("too_long")
    text = text.strip()
    if any(char in text for char in "\r\n\t\v\f"):
        raise NotATargetError("invisible_characters")
    words = [word for word in map(_strip_marks, text.split()) if word]
    if not words:
        raise NotATargetError("empty")
    if len(words) == 1:
        return parse_target(words[0])
    return _find_in_sentence(words), True


def _strip_marks(word: str) -> str:
    """Remove the quotes, brackets and punctuation that a text puts around an address."""
    before = ""
    # Marks nest: («shop.example».)
    while word != before:
        before = word
        word = word.lstrip(_OPENING)
        word = word.rstrip(_CLOSING if "(" not in word else _CLOSING.replace(")", ""))
        word = word.removesuffix(".")
        word = word.removesuffix(":") if word.count(":") == 1 else word
        if word.startswith("[") and not _ADDRESS_LIKE.fullmatch(word):
            word = word.removeprefix("[").removesuffix("]")
        elif word.endswith("]") and "[" not in word:
            word = word.removesuffix("]")
    return word


def _find_in_sentence(words: list[str]) -> Target:
    candidates = [word for word in words if _looks_like_a_host(word)]
    targets: dict[str, Target] = {}
    # A URL says more (scheme, port, path) than the bare name beside it.
    for word in sorted(candidates, key=lambda word: "://" not in word):
        target = parse_target(word)[0]
        targets.setdefault(target.host, target)
    if not targets:
        mails = [word for word in words if "@" in word]
        raise NotATargetError("email_address" if mails else "not_a_host")
    if len(targets) > 1:
        raise NotATargetError("several_hosts")
    return next(iter(targets.values()))


def _looks_like_a_host(word: str) -> bool:
    """
    Check whether a word is an address, and no other word with a dot (`php 8.1`, `т.е.`,
    `index.php`).

    A name must end in a public suffix.
    """
    if "://" in word or _ADDRESS_LIKE.fullmatch(word):
        return True
    if "@" in word or "." not in word:
        return False
    return has_public_suffix(re.split(r"[/?#:]", word, maxsplit=1)[0].lower())


def _judge(target: Target, options: Options) -> str | None:
    policy = AddressPolicy(options)
    address = target.address
    if address is not None and (refusal := policy.refusal(address)) is not None:
        return refusal.value
    if target.port is None or policy.may_speak_http(target.port):
        return None
    if not policy.may_connect(target.port):
        return "port_not_probed"
    return "port_not_web" if target.scheme else None
