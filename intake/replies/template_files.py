"""
Read reply templates from folders of YAML: one template a file, and each mistake with its line.

    title: {en: "PHP was restarted", ru: "PHP перезапущен"}
    causes: [http.bad_gateway]
    text:
      en: |
        The site answers again.
      ru: |
        Сайт снова отвечает.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from diagnostics import CODES
from diagnostics.texts import LANGUAGES, load_catalogue
from diagnostics.texts.suggestions import closest_match
from intake.replies.allowed_syntax import FILTERS, TESTS, VALUES, find_syntax_mistakes
from intake.replies.template import ReplyTemplate

SHIPPED: Final = Path(__file__).parent / "shipped"
MAX_FILES: Final = 200
_MAX_BYTES: Final = 64 * 1024
_MAX_TEXT_LENGTH: Final = 8_000  # characters, as written
_KEYS: Final = ("title", "causes", "text")
_MESSAGES: Final = Path(__file__).with_name("messages.yaml")
_KNOWN_NAMES: Final = {
    "unknown-value": VALUES, "unknown-filter": FILTERS, "unknown-test": TESTS,
    "unknown-key": frozenset(_KEYS), "unknown-language": frozenset(LANGUAGES),
    "unknown-cause": frozenset(CODES),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TemplateMistake:
    """A mistake in a file; `kind` is a key of `messages.yaml`, `name` is the name that is wrong."""

    file: Path
    line: int
    kind: str
    name: str = ""

    def message_in(self, language: str) -> str:
        """Return what is wrong, and what to do."""
        text = reply_message(self.kind, language, self.name)
        suggestion = closest_match(self.name, _KNOWN_NAMES.get(self.kind, ()))
        return f"{text} {reply_message('meant', language, suggestion)}" if suggestion else text

    def line_in(self, language: str) -> str:
        """Return `file:line: message`."""
        return f"{self.file}:{self.line}: {self.message_in(language)}"


@dataclass(frozen=True, slots=True)
class TemplateReading:
    """The good templates of a folder by name, and the mistakes of the others."""

    templates: Mapping[str, ReplyTemplate]
    mistakes: tuple[TemplateMistake, ...]


def read_templates(folder: Path, *, is_own: bool = False) -> TemplateReading:
    """Read every `*.yaml` of a folder; a file with a mistake gives no template."""
    templates: dict[str, ReplyTemplate] = {}
    mistakes: list[TemplateMistake] = []
    files = sorted(folder.glob("*.yaml"))
    if len(files) > MAX_FILES:
        mistakes.append(TemplateMistake(folder, 1, "too-many", str(MAX_FILES)))
    for file in files[:MAX_FILES]:
        template = _read_file(file, mistakes, is_own=is_own)
        if template is not None:
            templates[template.name] = template
    return TemplateReading(templates, tuple(mistakes))


@cache
def _messages() -> Mapping[str, Any]:
    return load_catalogue(_MESSAGES)


def reply_message(kind: str, language: str, name: str = "") -> str:
    """Return one of our sentences about templates; in English if the language has none."""
    lines: Mapping[str, str] = _messages()[kind]
    return (lines.get(language) or lines["en"]).replace("{name}", name)


def _read_file(
    file: Path, mistakes: list[TemplateMistake], *, is_own: bool
) -> ReplyTemplate | None:
    before = len(mistakes)
    try:
        root = _compose(_text_of(file))
        parts = dict(_parts(root))
        errors = [*_mistakes(parts, root)]
    except OSError as error:
        errors = [_WrongTemplateError(1, "unreadable", error.strerror or "")]
    except UnicodeDecodeError:
        errors = [_WrongTemplateError(1, "unreadable", "UTF-8")]
    except _WrongTemplateError as mistake:
        errors = [mistake]
    mistakes += (TemplateMistake(file, error.line, error.kind, error.name) for error in errors)
    if len(mistakes) > before:
        return None
    causes = parts.get("causes")
    return ReplyTemplate(
        name=file.stem,
        title=_texts(parts["title"]),
        text=_texts(parts["text"]),
        causes=tuple(item.value for item in causes.value) if causes else (),
        is_own=is_own,
    )


def _text_of(file: Path) -> str:
    with file.open("rb") as stream:
        data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise _WrongTemplateError(1, "too-large")
    return data.decode("utf-8")


class _WrongTemplateError(Exception):
    def __init__(self, line: int, kind: str, name: str = "") -> None:
        self.line, self.kind, self.name = line, kind, name
        super().__init__(kind)


def _compose(text: str) -> yaml.MappingNode:
    try:
        # Nodes know their lines; nothing is built from them but texts.
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _WrongTemplateError(line, "no-yaml", error.problem or "") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _WrongTemplateError(1, "no-yaml", str(error)[:100]) from error
    if not isinstance(root, yaml.MappingNode):
        raise _WrongTemplateError(1, "no-mapping")
    return root


def _parts(root: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    seen: set[str] = set()
    for key, value in root.value:
        name = str(key.value)
        if name not in _KEYS:
            raise _WrongTemplateError(key.start_mark.line + 1, "unknown-key", name)
        if name in seen:
            raise _WrongTemplateError(key.start_mark.line + 1, "twice", name)
        seen.add(name)
        yield name, value


def _mistakes(parts: Mapping[str, yaml.Node], root: yaml.Node) -> Iterator[_WrongTemplateError]:
    for name in ("title", "text"):
        if name not in parts:
            yield _WrongTemplateError(root.start_mark.line + 1, "missing-key", name)
        else:
            yield from _language_mistakes(parts[name], name)
    if "causes" in parts:
        yield from _cause_mistakes(parts["causes"])
    text = parts.get("text")
    if isinstance(text, yaml.MappingNode):
        for _, value in text.value:
            if isinstance(value, yaml.ScalarNode):
                yield from _text_mistakes(value)


def _language_mistakes(node: yaml.Node, name: str) -> Iterator[_WrongTemplateError]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        yield _WrongTemplateError(line, "no-languages", name)
        return
    languages: set[str] = set()
    for key, value in node.value:
        key_line = key.start_mark.line + 1
        if not isinstance(value, yaml.ScalarNode) or not str(value.value).strip():
            yield _WrongTemplateError(key_line, "no-text", str(key.value))
        elif str(key.value) not in LANGUAGES:
            yield _WrongTemplateError(key_line, "unknown-language", str(key.value))
        languages.add(str(key.value))
    for language in LANGUAGES:
        if language not in languages:
            yield _WrongTemplateError(line, "missing-language", language)


def _cause_mistakes(node: yaml.Node) -> Iterator[_WrongTemplateError]:
    if not isinstance(node, yaml.SequenceNode):
        yield _WrongTemplateError(node.start_mark.line + 1, "no-list", "causes")
        return
    families = {f"{code.partition('.')[0]}.*" for code in CODES}
    for item in node.value:
        code = str(item.value)
        if code not in CODES and code not in families:
            yield _WrongTemplateError(item.start_mark.line + 1, "unknown-cause", code)


def _text_mistakes(node: yaml.ScalarNode) -> Iterator[_WrongTemplateError]:
    # A block (`|`) begins on the line below its mark, a quoted text on its own.
    first = node.start_mark.line + (2 if node.style in {"|", ">"} else 1)
    if len(node.value) > _MAX_TEXT_LENGTH:
        yield _WrongTemplateError(first, "text-too-long", str(_MAX_TEXT_LENGTH))
        return
    for mistake in find_syntax_mistakes(node.value):
        yield _WrongTemplateError(first + mistake.line - 1, mistake.kind, mistake.name)


def _texts(node: yaml.Node) -> dict[str, str]:
    return {str(key.value): str(value.value) for key, value in node.value}
