"""The one table of pages: what it says is what the application serves."""

from __future__ import annotations

from importlib import import_module

import pytest

from intake.ui.pages import PAGES, Page
from intake.ui.texts import all_words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_is_drawn_by_a_room_that_is_there(page: Page) -> None:
    assert callable(import_module(page.screens).draw)
    assert page.is_for_staff or callable(page.ask_for_person)
    assert page.title is None or page.title in all_words()


def test_paths_are_unique_and_only_one_page_is_the_start() -> None:
    paths = [page.path for page in PAGES]
    assert len(set(paths)) == len(paths)
    assert paths.count("/") == 1
