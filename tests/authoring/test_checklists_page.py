"""docs/checklists.md: its tutorial works word by word, and every link to a message leads there."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from intake.authoring.loader import examine_text
from intake.authoring.messages import topics
from intake.authoring.simulation.coverage import coverage_of
from intake.authoring.simulation.file_tests import run_tests
from intake.journey.checklist_paths import shipped_folder
from intake.journey.steps import STEP_MODELS

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "checklists.md").read_text(encoding="utf-8")
RUSSIAN = (DOCS / "checklists.ru.md").read_text(encoding="utf-8")


def blocks(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", page.partition("<!-- reference -->")[0], re.DOTALL)


def load_tool(name: str) -> ModuleType:
    """A script of `tools/`, which is no package."""
    spec = spec_from_file_location(name, DOCS.parent / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def headings(page: str) -> list[str]:
    """The anchors of a page's headings, as a forge makes them."""
    prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]


def written(number: int) -> str:
    """The file after so many steps of the tutorial, put together as the tutorial says."""
    text, *more = [block for block in blocks(PAGE) if not block.startswith("section:")][:number]
    for block in more:
        if "use: sections/contact" in block:  # in the place of the question from step 1
            text = re.sub(r"  - ask: email\n(    .*\n)+", "", text)
        if block.startswith("  - "):
            steps, ticket, rest = text.partition("ticket:\n")
            text = f"{steps}{block}{ticket}{rest}"
        elif block.startswith("ticket:"):
            text = text.partition("ticket:\n")[0] + block
        else:
            text += block
    return text


@pytest.mark.parametrize("number", range(1, 11))
def test_every_step_of_the_tutorial_lints_clean(number: int) -> None:
    examined = examine_text(written(number), folder=shipped_folder())
    assert [str(problem) for problem in examined.problems] == []
    assert examined.checklist is not None


def test_the_tutorials_own_tests_pass_and_reach_every_step() -> None:
    checklist = examine_text(written(10), folder=shipped_folder()).checklist
    assert checklist is not None
    results = run_tests(checklist)
    assert [result.unmet for result in results] == [(), ()]
    assert coverage_of(checklist, results).steps.share == 1


def test_the_russian_tutorial_builds_the_same_file() -> None:
    assert len(blocks(PAGE)) == 11
    assert blocks(RUSSIAN) == blocks(PAGE)
    assert len(re.findall(r"^## \d+\. ", RUSSIAN, re.MULTILINE)) == 10


def test_every_message_has_its_heading_and_every_heading_its_own_name() -> None:
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL), re.MULTILINE
    )
    anchors = [re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings]
    assert len(anchors) == len(set(anchors))
    assert {code for topic in topics().values() for code in topic.codes} <= set(anchors)


def test_every_link_within_the_docs_leads_somewhere() -> None:
    for page in (PAGE, RUSSIAN):
        for target, anchor in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", page):
            text = (DOCS / target).read_text(encoding="utf-8") if target else page
            assert anchor in headings(text), anchor


def test_the_reference_explains_every_key() -> None:
    for model in STEP_MODELS.values():
        for name, field in model.model_fields.items():
            assert f"| `{field.alias or name}` |" in PAGE
            assert f"| `{field.alias or name}` |" in RUSSIAN


def test_everything_in_the_reference_stands_in_russian() -> None:
    """What `tools/reference_ru.yaml` lacks is said in English on the Russian page."""
    reference = load_tool("checklists_page").Reference("ru")
    reference.text()
    assert reference.missing == []


def test_both_pages_have_the_same_keys_facts_and_messages() -> None:
    """A table of one page is a table of the other, row by row."""
    english, russian = (
        re.findall(r"^(?:\| (`[^`]+`)|### ([a-z0-9-]+)$)", page, re.MULTILINE)
        for page in (PAGE, RUSSIAN)
    )
    assert english == russian
