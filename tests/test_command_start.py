"""The command answers at once: it imports only what the question takes."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import diagnostics
import intake.cli

_LOADED = """
import sys
from intake.cli import main
sys.argv = ["intake", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print(*sys.modules, sep="\\n")
"""
# Each is worth 20 to 200 ms.
_PROBES = {"diagnostics.plan", "diagnostics.observations", "dns", "requests", "urllib3", "icmplib"}
_SLOW = {*_PROBES, "streamlit", "sqlalchemy", "tldextract", "ruamel", "babel", "cryptography"}


def loaded(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", _LOADED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180)
    return set(done.stdout.splitlines())


def test_help_loads_no_subcommand() -> None:
    modules = loaded("--help")
    assert not modules & {*_SLOW, "pydantic", "intake.settings", "intake.cli.diagnose"}


def test_a_refused_target_loads_no_probe() -> None:
    modules = loaded("diagnose", "192.168.0.1")
    assert "diagnostics.targets" in modules
    assert not modules & {*_SLOW, "rich", "diagnostics.catalogue", "email_validator"}


@pytest.mark.parametrize("name", intake.cli._COMMANDS)
def test_what_the_list_says_of_a_command_is_what_its_own_help_begins_with(name: str) -> None:
    command = intake.cli._COMMANDS[name]
    offered = getattr(import_module(command.module), command.name)
    about = inspect.getdoc(offered) if inspect.isfunction(offered) else offered.info.help
    first = " ".join((about or "").partition("\n\n")[0].split())
    assert first == command.about


def test_the_door_offers_what_type_checkers_see() -> None:
    """The names are written twice there, once for the type checker and once for who imports."""
    tree = ast.parse(Path(diagnostics.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("diagnostics.")
        for alias in node.names
    }
    assert seen == {name: f"diagnostics.{room}" for name, room in diagnostics._HOMES.items()}
    assert set(diagnostics.__all__) == set(seen)
    for name in diagnostics.__all__:
        assert getattr(diagnostics, name) is not None
