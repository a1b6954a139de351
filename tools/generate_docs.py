"""
Generates files from the code: the pages of docs/ (settings, commands, findings), the checklists'
JSON Schemas, and the text catalogues as JSON, which loads faster than YAML.

`make docs` writes them; `--check` and the tests compare them, so that they can't become outdated.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
from checklists_page import checklists_page
from findings_page import findings_page
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from diagnostics.texts import build_catalogue, built_path
from intake.authoring.schema import checklist_schema, desk_schema, schema_text, section_schema
from intake.cli import app
from intake.operations.metrics import METRICS
from intake.settings import PREFIX, Settings
from intake.settings.model import GROUPS
from intake.web.api.openapi import openapi_text

DOCS = Path(__file__).parent.parent / "docs"
CHECKLISTS = DOCS.parent / "checklists"


def settings_page() -> str:
    """Return the page of every setting with its default and meaning, by subject."""
    parts = [
        "# Settings",
        "",
        "A setting comes from the environment; or from a file that `INTAKE_…_FILE` names, such as",
        "a mounted secret; or from a TOML file, `intake.toml` in the working directory or the one",
        "that `INTAKE_CONFIG` names, in lower case and without the prefix (`…_file` names a file",
        "there too). The first of these that sets it wins. A setting that can't be used stops the",
        "start with one line: its name and how to fix it.",
        "",
    ]
    for group in GROUPS:
        parts += [
            f"## {group.heading}",
            "",
            "| setting | default | meaning |",
            "| --- | --- | --- |",
        ]
        parts += [_setting(name, Settings.model_fields[name]) for name in group.model_fields]
        parts.append("")
    return "\n".join(parts)


def _setting(name: str, field: FieldInfo) -> str:
    variable = f"{PREFIX}{name.upper()}"
    return f"| `{variable}` | {_default(field.default)} | {_cell(field.description)} |"


def _cell(text: str | None) -> str:
    """Escape a text for a table, where a bar would end the cell, in code too."""
    return (text or "").replace("|", "\\|")


def metrics_page() -> str:
    """Return the page of every metric with its labels and meaning."""
    rows = [
        f"| `{name}` | {', '.join(f'`{label}`' for label in info.labels)} | {info.meaning} |"
        for name, info in METRICS.items()
    ]
    return "\n".join(
        (
            "# Metrics",
            "",
            "`/metrics` exposes these in Prometheus' text format to the readers that",
            "`INTAKE_METRICS` allows ([operating](operating.md#alarms)), together with the",
            "process's CPU, memory and open files (`process_…`). Values of the last day come from",
            "the database: aggregate them over several processes with `max`, not `sum`.",
            "`deploy/prometheus/` has alert rules, `deploy/grafana/` a dashboard.",
            "",
            "| metric | labels | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        )
    )


def commands_page() -> str:
    """Return the page of every command with its arguments and options."""
    root = typer.main.get_command(app)
    parts = ["# Commands", ""]
    for name, command in _commands(root, "intake"):
        parts += [f"## {name}", "", (command.help or "").strip(), ""]
        parts += [f"    {' '.join((name, *_usage(command.params)))}", ""]
        rows = [row for row in map(_row, command.params) if row]
        if rows:
            parts += ["| argument or option | meaning |", "| --- | --- |", *rows, ""]
    return "\n".join(parts)


def pages() -> Mapping[Path, str]:
    """Return the text of every generated file by its path."""
    return {
        DOCS / "settings.md": settings_page(),
        DOCS / "cli.md": commands_page(),
        DOCS / "openapi.json": openapi_text(),
        DOCS / "metrics.md": metrics_page(),
        DOCS / "findings.md": findings_page(),
        DOCS / "checklists.md": checklists_page(),
        DOCS / "checklists.ru.md": checklists_page("ru"),
        CHECKLISTS / "checklist.schema.json": schema_text(checklist_schema()),
        CHECKLISTS / "section.schema.json": schema_text(section_schema()),
        CHECKLISTS / "desk.schema.json": schema_text(desk_schema()),
        **{built_path(source): build_catalogue(source) for source in catalogues()},
    }


def catalogues() -> Iterator[Path]:
    """Yield every YAML catalogue; `new_…` files and those in `shipped` folders are templates."""
    for room in ("diagnostics", "intake"):
        for path in sorted((DOCS.parent / room).rglob("*.yaml")):
            if not path.name.startswith("new_") and path.parent.name != "shipped":
                yield path


def _default(value: Any) -> str:  # noqa: ANN401 - whatever a setting holds
    if (
        value is None
        or value is PydanticUndefined
        or isinstance(value, SecretStr)
        or value in ((), "")
    ):
        return ""
    if isinstance(value, Mapping):
        return "`" + ",".join(f"{name}={port}" for name, port in value.items()) + "`"
    if isinstance(value, frozenset):
        return "`" + ",".join(map(str, sorted(value))) + "`"
    return f"`{value}`"


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own click
    # Duck typing: Typer brings its own copy of click, whose classes are not click's.
    if not hasattr(command, "list_commands"):
        yield name, command
        return
    for child in command.list_commands(None):
        yield from _commands(command.get_command(None, child), f"{name} {child}")


def _usage(parameters: Iterable[Any]) -> Iterator[str]:
    """Yield arguments by name, in brackets if they are optional, then `[OPTIONS]`."""
    has_options = False
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            name = parameter.name.upper() + ("..." if parameter.nargs == -1 else "")
            yield name if parameter.required else f"[{name}]"
        else:
            has_options = has_options or parameter.name != "help"
    if has_options:
        yield "[OPTIONS]"


def _row(parameter: Any) -> str | None:  # noqa: ANN401 - see above
    if parameter.name == "help":
        return None
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    if parameter.param_type_name == "argument":
        names = f"`{parameter.name.upper()}`"
    meaning = (getattr(parameter, "help", "") or "").replace("|", "\\|").replace("\n", " ")
    return f"| {names} | {meaning} |"


def main() -> None:
    """Write the files; with --check, exit with an error that names the outdated ones."""
    old = {
        path: text
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    if "--check" in sys.argv and old:
        sys.exit("Old: " + ", ".join(map(str, old)) + ". Run `make docs`.")
    for path, text in old.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
