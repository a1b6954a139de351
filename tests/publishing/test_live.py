"""Customers get the last good version of every file, whatever happens to the files."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from intake.publishing import FileVerdict, LiveChecklists, Watcher
from intake.publishing.validate_files import validate_files
from tests.publishing.conftest import Shop, text_of

MISTAKE = ("kind: long-text", "kind: novel")
FAILING = ("queue: hosting}", "queue: billing}")


def test_what_is_good_is_live(shop: Shop) -> None:
    assert list(shop.live) == ["cart", "mail"]
    assert all(file.is_live for file in shop.live.files.values())


@pytest.mark.parametrize("bad", [MISTAKE, FAILING], ids=["a mistake", "a failing test"])
def test_a_file_gone_bad_leaves_its_last_good_version(shop: Shop, bad: tuple[str, str]) -> None:
    before = shop.live["cart"].version
    shop.edit("cart", *bad)
    shop.edit("mail", "A title", "Another title")
    shop.live.reload()
    assert shop.live["cart"].version == before
    assert not shop.live.files["cart"].is_live
    assert not shop.live.files["cart"].verdict.is_good
    assert shop.title("mail") == "Another title"
    shop.edit("cart", *reversed(bad))
    shop.live.reload()
    assert shop.live.files["cart"].is_live


def test_the_last_good_version_outlives_a_restart(shop: Shop) -> None:
    shop.edit("cart", "A title", "A good title")
    shop.live.reload()
    shop.edit("cart", *MISTAKE)
    shop.start()
    assert shop.title("cart") == "A good title"
    assert not shop.live.files["cart"].is_live


def test_what_was_never_good_is_missing_and_the_others_serve(shop: Shop) -> None:
    (shop.folder.path / "new.yaml").write_text("checklist: new\n", encoding="utf-8")
    shop.start()
    assert list(shop.live) == ["cart", "mail"]
    assert shop.live.files["new"].why_not_live.startswith("new.yaml:1:1: ")


def test_what_keeps_a_file_from_going_live_is_said_once(shop: Shop) -> None:
    shop.edit("cart", *MISTAKE)
    with capture_logs() as said:
        shop.live.reload()
        shop.live.reload()
    [told] = said
    assert told["log_level"] == "error"
    assert told["file"] == "cart.yaml"
    assert told["customers_get"] == shop.live["cart"].version
    assert told["why"].startswith("cart.yaml:5:")


def test_loading_remembers_and_says_nothing(shop: Shop) -> None:
    """A start that fails after it, for a taken port, published nothing."""
    shop.edit("cart", "A title", "Another title")
    shop.edit("mail", *MISTAKE)
    with capture_logs() as said:
        live = LiveChecklists(shop.folder, shop.history, validate=validate_files)
        live.load()
    assert live["cart"].title.in_("en") == "Another title"
    assert live["mail"].title.in_("en") == "A title"
    assert len(shop.history.versions("cart")) == 1
    assert said == []


def test_a_deleted_file_is_no_longer_offered(shop: Shop) -> None:
    (shop.folder.path / "mail.yaml").unlink()
    shop.live.reload()
    assert list(shop.live) == ["cart"]


def test_an_emptied_folder_takes_nothing_away(shop: Shop) -> None:
    """A checkout in the middle of its work, or a disk that isn't mounted."""
    for path in shop.folder.path.glob("*.yaml"):
        path.unlink()
    shop.live.reload()
    assert list(shop.live) == ["cart", "mail"]


def test_a_second_file_of_the_same_checklist_changes_nothing(shop: Shop) -> None:
    copy = shop.folder.path / "a-copy.yaml"
    copy.write_text(text_of("cart").replace("A title", "A copy"), encoding="utf-8")
    shop.live.reload()
    assert shop.title("cart") == "A title"
    assert shop.live.files["a-copy"].why_not_live == (
        "a-copy.yaml:1:1: cart.yaml is the checklist 'cart' too, on line 1; "
        "give one of them another name"
    )
    (shop.folder.path / "cart.yaml").unlink()
    shop.live.reload()
    assert shop.title("cart") == "A copy"
    assert shop.live.files["a-copy"].why_not_live == ""


def test_a_section_changes_every_checklist_that_uses_it(shop: Shop) -> None:
    before = {name: shop.live[name].version for name in shop.live}
    shop.edit("sections/contact", "Enter the e-mail", "Write the e-mail")
    shop.live.reload()
    assert all(shop.live[name].version != version for name, version in before.items())


def test_what_the_department_declares_changes_every_checklist(shop: Shop) -> None:
    """A desk file that comes while nothing runs is noticed at the start."""
    desk = shop.folder.path / "desk.yaml"
    desk.write_text("queues: {hosting: {en: Hosting, ru: Хостинг}}\n", encoding="utf-8")
    shop.start()
    assert shop.live["cart"].desk.queues["hosting"].in_("ru") == "Хостинг"
    desk.write_text("queues: {servers: {en: Servers, ru: Серверы}}\n", encoding="utf-8")
    shop.live.reload()
    assert "no queue of desk.yaml" in shop.live.files["cart"].why_not_live
    assert shop.live["cart"].desk.queues["hosting"].in_("ru") == "Хостинг"
    desk.unlink()
    shop.live.reload()
    assert shop.live.files["cart"].is_live
    assert not shop.live["cart"].desk.queues


def test_every_version_that_went_live_is_remembered_once(shop: Shop) -> None:
    shop.edit("cart", "A title", "Another title")
    shop.live.reload()
    shop.live.reload()
    shop.start()
    versions = shop.history.versions("cart")
    assert [version.who for version in versions] == ["file", "file"]
    assert versions[0].version == shop.live["cart"].version
    assert set(versions[0].sources) == {"cart", "sections/contact"}
    assert "Another title" in versions[0].text


def test_a_file_written_to_while_it_is_validated_is_validated_again(shop: Shop) -> None:
    """Its new text must not be remembered as the version that was made of the old one."""

    def validate_late(folder: Path, names: Sequence[str]) -> list[FileVerdict]:
        verdicts = validate_files(folder, names)
        shop.edit("cart", "Another title", "A third title")
        return verdicts

    shop.edit("cart", "A title", "Another title")
    shop.live.reload(validate=validate_late)
    shop.live.reload()
    assert shop.title("cart") == "A third title"


def test_readers_never_see_half_a_change(shop: Shop) -> None:
    """Both checklists change with one section: a reader sees both old or both new."""
    seen, over = set(), threading.Event()

    def read() -> None:
        while not over.is_set():
            now = shop.live.now
            seen.add(tuple(now[name].asks[-1].text.in_("en") for name in ("cart", "mail")))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(10):
        shop.edit(
            "sections/contact",
            "Enter" if turn % 2 == 0 else "Write",
            "Write" if turn % 2 == 0 else "Enter",
        )
        shop.live.reload()
    over.set()
    reader.join()
    assert all(first == second for first, second in seen)


class Told:
    """What the watcher called, countable without waiting by the clock."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._told = shop, threading.Semaphore(0)

    def __call__(self) -> None:
        self._shop.live.reload()
        self._told.release()

    def wait(self) -> None:
        assert self._told.acquire(timeout=20), "nobody noticed the change"


@pytest.fixture
def named(shop: Shop, tmp_path: Path) -> Shop:
    shutil.copytree(shop.shipped, tmp_path / "named")
    shop.named = tmp_path / "named"
    shop.start()
    return shop


def test_a_change_by_hand_is_noticed(named: Shop) -> None:
    told = Told(named)
    watcher = Watcher(named.folder, told)
    watcher.start()
    try:
        told.wait()  # the first look
        named.edit("cart", "A title", "By hand")
        told.wait()
        assert named.title("cart") == "By hand"
        named.edit("cart", *MISTAKE)
        told.wait()
        assert named.title("cart") == "By hand"
    finally:
        watcher.stop()


def test_the_watcher_follows_to_the_folder_that_publishing_made(shop: Shop) -> None:
    told = Told(shop)
    watcher = Watcher(shop.folder, told)
    watcher.start()
    try:
        told.wait()
        shop.publish("cart", "A title", "Published")
        told.wait()  # the first look at the new folder
        shop.edit("mail", "A title", "By hand")
        told.wait()
        assert shop.title("mail") == "By hand"
    finally:
        watcher.stop()


def test_a_change_is_noticed_where_the_system_tells_of_none(
    named: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    told = Told(named)
    watcher = Watcher(named.folder, told)
    watcher.start()
    try:
        told.wait()
        named.edit("cart", "A title", "By hand, elsewhere")
        told.wait()
        assert named.title("cart") == "By hand, elsewhere"
    finally:
        watcher.stop()
