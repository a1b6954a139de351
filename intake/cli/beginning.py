"""`intake checklists new`: a small good checklist to begin from."""

from __future__ import annotations

import re
from pathlib import Path

from intake.journey.model import ID_PATTERN

_TEMPLATE = Path(__file__).with_name("new_checklist.yaml")
_SCHEMA = "checklist.schema.json"
_CONTACT = "  - use: sections/contact"
_EMAIL = """\
  - ask: email
    kind: e-mail
    text: {en: "Enter the e-mail for our answer", ru: "Укажите почту, на которую ответить"}
    short: {en: "E-mail", ru: "Почта"}
    dont-know: false"""


class NotBegun(Exception):  # noqa: N818 - what stands in the way
    """The file can't be begun; the message says why, and what to do."""


def begin_checklist(name: str, folder: Path) -> Path:
    """
    Write a small checklist that is clean and whose tests pass; its path.

    Raises:
        NotBegun: the name can't be one, the file is there already, or the folder isn't.
    """
    plain = name.removesuffix(".yaml")
    if not re.match(ID_PATTERN, plain):
        better = re.sub(r"[^a-z0-9_-]+", "-", plain.lower()).strip("-_")[:64] or "mail-not-arriving"
        raise NotBegun(
            f"'{name}' can't be a checklist's name; use small Latin letters, digits and hyphens, "
            f"such as '{better}'"
        )
    path = folder / f"{plain}.yaml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_text(plain, folder))
    except FileExistsError:
        raise NotBegun(f"{path} is there already; choose another name, or change that") from None
    except OSError as error:
        raise NotBegun(f"{path} can't be written: {error.strerror or error}") from None
    return path


def _text(name: str, folder: Path) -> str:
    title = name.replace("-", " ").replace("_", " ").strip().capitalize()
    has_contact = (folder / "sections" / "contact.yaml").is_file()
    text = _TEMPLATE.read_text(encoding="utf-8").replace("NAME", name).replace("TITLE", title)
    text = text.replace("CONTACT", _CONTACT if has_contact else _EMAIL)
    modeline = f"# yaml-language-server: $schema={_SCHEMA}\n"
    return modeline + text if (folder / _SCHEMA).is_file() else text
