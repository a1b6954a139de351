"""
What `make survive` does for hours, once: a process that is told to end, a disk, a database.

Each waits for what it caused, so that none depends on how fast the machine is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.daemons.postgresql import running_postgresql
from tests.published import copy_published
from tests.survive.product_faults import (
    break_the_disk,
    fill_the_disk,
    kill_at_random,
    loop_disk,
    product_on,
    small_disk,
    take_the_database_away,
    terminate_at_work,
)

pytestmark = pytest.mark.timeout(900)


def test_a_process_that_is_told_to_end_ends_in_time_and_loses_nothing(
    tmp_path: Path, published: Path
) -> None:
    copy_published(published, tmp_path / "data")
    outcome = terminate_at_work(product_on(tmp_path / "data"), times=1, writers=2)
    assert outcome.is_clean, outcome


@pytest.mark.root
def test_a_full_disk_is_said_in_words_and_has_room_again(tmp_path: Path, published: Path) -> None:
    with small_disk(tmp_path / "disk") as mount:
        copy_published(published, mount / "data")
        product = product_on(mount / "data")
        outcome = fill_the_disk(product, rounds=1, writers=2)
        assert outcome.is_clean, outcome


@pytest.mark.long
def test_kills_at_random(tmp_path: Path, published: Path) -> None:
    copy_published(published, tmp_path / "data")
    outcome = kill_at_random(product_on(tmp_path / "data"), kills=4, writers=4)
    assert outcome.is_clean, outcome


@pytest.mark.long
@pytest.mark.root
def test_a_disk_that_fails_is_said_in_words_and_mended(tmp_path: Path, published: Path) -> None:
    with loop_disk(tmp_path) as disk:
        copy_published(published, disk.mount / "data")
        outcome = break_the_disk(product_on(disk.mount / "data"), disk, rounds=1, writers=2)
        assert outcome.is_clean, outcome


@pytest.mark.long
def test_a_database_that_goes_away_comes_back(tmp_path: Path) -> None:
    with running_postgresql("fsync=on", "synchronous_commit=on") as server:
        product = product_on(tmp_path / "data", server.url)
        outcome = take_the_database_away(product, server, rounds=1, writers=2, away_s=2)
        assert outcome.is_clean, outcome
