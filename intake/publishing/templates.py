"""What a new file begins as: small, without a mistake, its tests passing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from intake.publishing.folder import is_section

_CHECKLIST = Path(__file__).with_name("new_checklist.yaml")
_SECTION = Path(__file__).with_name("new_section.yaml")
_CONTACT = "  - use: sections/contact"
_EMAIL = """\
  - ask: email
    kind: e-mail
    role: contact
    text: {en: "Enter the e-mail for our answer", ru: "Укажите почту, на которую ответить"}
    short: {en: "E-mail", ru: "Почта"}
    dont-know: false"""


_DESK = """\
# What the department calls its queues. A checklist in this folder can name no other.
"""


def text_of_new_desk(queues: Iterable[str]) -> str:
    """A new `desk.yaml`: the queues that the checklists name, for people to give them names."""
    lines = [f'  {queue}: {{en: "{queue}", ru: "{queue}"}}' for queue in queues]
    return "\n".join([_DESK, "queues:", *lines, ""])


def text_of_new(name: str, *, has_contact: bool) -> str:
    """A new file's text; `has_contact`: the folder has a section that asks for the e-mail."""
    if is_section(name):
        return _SECTION.read_text(encoding="utf-8").replace("NAME", name.rpartition("/")[2])
    title = name.replace("-", " ").replace("_", " ").strip().capitalize()
    text = _CHECKLIST.read_text(encoding="utf-8").replace("NAME", name).replace("TITLE", title)
    return text.replace("CONTACT", _CONTACT if has_contact else _EMAIL)
