"""The command answers at once: it imports only what the question takes."""

from __future__ import annotations

import ast
import inspect
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import diagnostics
import intake.cli
import intake.publishing
from intake.cli.checklists import COMMANDS
from intake.cli.lazy_commands import Command
from intake.journey.checklist_paths import shipped_folder
from tests.house import loading

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
_NOT_BEFORE_A_PACKET = {"requests", "urllib3", "cryptography", "tldextract", "diagnostics.rules"}


def loaded(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", _LOADED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180)
    return set(done.stdout.splitlines())


def modules_of(code: str) -> set[str]:
    """What a fresh interpreter has loaded once it ran some code."""
    return set(loading.modules_after(code))


def test_help_loads_no_subcommand() -> None:
    modules = loaded("--help")
    assert not modules & {*_SLOW, "pydantic", "intake.settings", "intake.cli.diagnose"}


@pytest.mark.parametrize("group", ["tickets", "users", "desks", "tokens", "replies"])
def test_a_list_of_commands_cuts_no_sentence(group: str) -> None:
    command = [sys.executable, "-m", "intake", group, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180)
    assert "..." not in done.stdout.partition("Commands:")[2]


def test_a_refused_target_loads_no_probe() -> None:
    modules = loaded("diagnose", "192.168.0.1")
    assert "diagnostics.targets" in modules
    assert not modules & {*_SLOW, "rich", "diagnostics.catalogue", "email_validator"}


def test_what_the_operator_set_makes_a_refusal_no_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_NAME", "AcmeHost")
    modules = loaded("diagnose", "192.168.0.1")
    assert "intake.settings" in modules
    assert not modules & {*_SLOW, "asyncio", "diagnostics.catalogue"}


def test_a_clean_checklist_is_linted_without_what_only_others_need(tmp_path: Path) -> None:
    """Not the parser that explains, nor what reads measurements and answers, which tests need."""
    shutil.copytree(shipped_folder() / "sections", tmp_path / "sections")
    text = (shipped_folder() / "something-else.yaml").read_text(encoding="utf-8")
    file = tmp_path / "something-else.yaml"
    file.write_text(text.partition("\ntests:")[0], encoding="utf-8")
    modules = loaded("checklists", "lint", str(file))
    assert "intake.authoring.proof.claims" in modules
    assert not modules & {"ruamel.yaml", "phonenumbers", "email_validator", "diagnostics.rules"}
    assert not modules & {"rich", "hypothesis", "intake.settings", "diagnostics.observations"}


def test_a_diagnosis_sends_its_first_packets_before_it_imports_what_comes_next() -> None:
    assert not modules_of("import diagnostics.plan") & _NOT_BEFORE_A_PACKET


def test_a_service_imports_at_its_start_whatever_a_diagnosis_imports_on_its_way() -> None:
    """A visitor would wait for what is missing from the list of stages."""
    folder = Path(diagnostics.__file__).parent / "plan"
    later = {
        str(node.module)
        for path in folder.glob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom)
    }
    assert later
    assert later <= modules_of("import diagnostics; diagnostics.load_probes()")


@pytest.mark.parametrize("command", [*intake.cli._COMMANDS.values(), *COMMANDS.values()])
def test_what_the_list_says_of_a_command_is_what_its_own_help_begins_with(command: Command) -> None:
    offered = getattr(import_module(command.module), command.name)
    about = inspect.getdoc(offered) if inspect.isfunction(offered) else offered.info.help
    first = " ".join((about or "").partition("\n\n")[0].split())
    assert first == command.about


@pytest.mark.parametrize(
    "door", [diagnostics, intake.publishing], ids=["diagnostics", "publishing"]
)
def test_the_door_offers_what_type_checkers_see(door: ModuleType) -> None:
    """The names are written twice there, once for the type checker and once for who imports."""
    tree = ast.parse(Path(str(door.__file__)).read_text(encoding="utf-8"))
    seen = {
        alias.name: str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{door.__name__}.")
        for alias in node.names
    }
    assert seen == {name: f"{door.__name__}.{room}" for name, room in door._MODULE_OF.items()}
    assert set(door.__all__) == set(seen)
    for name in door.__all__:
        assert getattr(door, name) is not None


def test_what_validates_files_for_a_server_loads_neither_its_database_nor_its_log() -> None:
    modules = modules_of("import intake.publishing.validate_files")
    assert "intake.authoring.loader" in modules
    assert not modules & {"sqlalchemy", "structlog", "rich", "ruamel"}
