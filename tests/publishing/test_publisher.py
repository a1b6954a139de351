"""Publishing writes a good text whole over the file that the author saw, or writes nothing."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

import pytest

from intake.publishing import (
    ABSENT,
    Change,
    ChangedOnDisk,
    ChecklistFolder,
    CopyChanged,
    NotGood,
    NotWritten,
    is_name,
)
from tests.publishing.conftest import Shop, text_of


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_the_first_publishing_makes_a_folder_of_ones_own(shop: Shop) -> None:
    before = {path: path.read_bytes() for path in shop.shipped.rglob("*.yaml")}
    shop.publish("cart", "A title", "Our title", "the boss wants it so")
    assert {path: path.read_bytes() for path in shop.shipped.rglob("*.yaml")} == before
    own = shop.data / "own"
    assert files_in(own) == ["cart.yaml", "mail.yaml", "sections", "sections/contact.yaml"]
    assert "Our title" in (own / "cart.yaml").read_text(encoding="utf-8")
    assert shop.title("cart") == "Our title"
    [published, first] = shop.history.versions("cart")
    assert (published.who, published.note) == ("studio", "the boss wants it so")
    assert first.who == "file"
    shop.start()
    assert shop.title("cart") == "Our title"
    assert len(shop.history.versions("cart")) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [("kind: long-text", "kind: novel"), ("queue: hosting}", "queue: billing}")],
    ids=["a mistake", "a failing test"],
)
def test_what_is_not_good_is_not_written(shop: Shop, old: str, new: str) -> None:
    with pytest.raises(NotGood) as refused:
        shop.publish("cart", old, new)
    assert str(refused.value).startswith("cart.yaml:")
    assert not (shop.data / "own").exists()
    assert len(shop.history.versions("cart")) == 1


def test_a_file_that_changed_meanwhile_is_not_overwritten(shop: Shop) -> None:
    opened = shop.publisher.open("cart")
    assert opened is not None
    shop.edit("cart", "A title", "By hand")
    with pytest.raises(ChangedOnDisk) as refused:
        shop.publisher.publish("cart", opened.text, "", base=opened.base)
    assert "By hand" in refused.value.theirs
    assert shop.publisher.has_changed_on_disk(opened)
    shop.publisher.rebase(opened)
    again = shop.publisher.open("cart")
    assert again is not None
    assert again.text == opened.text
    shop.publisher.publish("cart", again.text, "", base=again.base)
    assert shop.title("cart") == "A title"


def test_two_authors_at_once_do_not_overwrite_each_other(shop: Shop) -> None:
    opened = shop.publisher.open("cart")
    assert opened is not None
    outcomes: list[str] = []
    together = threading.Barrier(6)

    def author(number: int) -> None:
        together.wait()
        try:
            text = opened.text.replace("A title", f"Title {number}")
            shop.publisher.publish("cart", text, f"by {number}", base=opened.base)
            outcomes.append("published")
        except ChangedOnDisk:
            outcomes.append("refused")

    authors = [threading.Thread(target=author, args=(number,)) for number in range(6)]
    for each in authors:
        each.start()
    for each in authors:
        each.join()
    assert sorted(outcomes) == ["published", *["refused"] * 5]
    newest = shop.history.versions("cart")[0]
    assert newest.note == f"by {shop.title('cart').removeprefix('Title ')}"


def test_a_section_is_published_when_all_its_checklists_stay_good(shop: Shop) -> None:
    before = {name: shop.live[name].version for name in shop.live}
    shop.publish("sections/contact", "Enter the e-mail", "Write the e-mail", "shorter")
    assert all(shop.live[name].version != version for name, version in before.items())
    assert shop.history.versions("sections/contact")[0].note == "shorter"
    assert shop.history.versions("mail")[0].note == "sections/contact: shorter"
    with pytest.raises(NotGood) as refused:
        shop.publish("sections/contact", "ask: email", "ask: what")
    assert "sections/contact.yaml:" in str(refused.value) or "cart.yaml:" in str(refused.value)


def test_a_new_checklist_goes_live(shop: Shop) -> None:
    shop.publisher.begin("phone", text_of("phone"))
    opened = shop.publisher.open("phone")
    assert opened is not None
    assert (opened.base, opened.on_disk) == (ABSENT, None)
    assert shop.publisher.edited_files() == ["phone"]
    shop.publisher.publish("phone", opened.text, "new", base=opened.base)
    assert "phone" in shop.live
    assert shop.publisher.edited_files() == []


def test_a_checklist_of_another_file_is_not_published_again(shop: Shop) -> None:
    with pytest.raises(NotGood, match=r"^a-copy\.yaml:1:1: .*'cart'"):
        shop.publisher.publish("a-copy", text_of("cart"), "", base=ABSENT)


def test_an_old_version_comes_back(shop: Shop) -> None:
    first = shop.history.versions("cart")[0]
    shop.publish("cart", "A title", "Worse")
    shop.publisher.roll_back(first, "rolled back")
    assert shop.title("cart") == "A title"
    assert [each.note for each in shop.history.versions("cart")] == ["rolled back", "", ""]
    assert shop.live["cart"].version == first.version


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/../../b", "sections/../../x", "", ".", "A b", "x" * 200]
)
def test_no_name_leads_out_of_the_folder(shop: Shop, name: str) -> None:
    before = files_in(shop.data)
    with pytest.raises((NotWritten, NotGood)):
        shop.publisher.publish(name, text_of("evil"), "", base=ABSENT)
    assert not is_name(name)
    assert shop.publisher.open(name) is None
    assert [each for each in files_in(shop.data) if "evil" in each] == []
    assert set(files_in(shop.data)) - set(before) <= {"intake.db-wal", "intake.db-shm"}


def test_a_folder_that_leads_elsewhere_is_not_written_to(shop: Shop, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (shop.shipped / "linked").symlink_to(elsewhere)
    with pytest.raises(NotWritten):
        shop.folder.write("linked/x", "text")
    assert files_in(elsewhere) == []


def test_a_reader_of_the_file_sees_the_old_one_or_the_new_one(shop: Shop) -> None:
    shop.publish("cart", "A title", "T 0")
    path, over = shop.folder.path / "cart.yaml", threading.Event()
    seen: set[int] = set()

    def read() -> None:
        while not over.is_set():
            seen.add(len(path.read_bytes()))

    reader = threading.Thread(target=read)
    reader.start()
    text = path.read_text(encoding="utf-8")
    for number in range(200):
        shop.folder.write("cart", text + "# x" * (number % 2) * 20_000)
    over.set()
    reader.join()
    assert seen <= {len(text.encode()), len(text.encode()) + 60_000}
    assert [each for each in files_in(shop.folder.path) if ".tmp" in each] == []


def test_a_folder_that_cannot_be_copied_leaves_nothing_behind(tmp_path: Path) -> None:
    """A full disk at the first publishing: the half copy goes, and the next try begins anew."""
    data = tmp_path / "data"
    folder = ChecklistFolder(None, own=data / "own", shipped=tmp_path / "gone")
    with pytest.raises(NotWritten):
        folder.write("cart", "x")
    assert files_in(data) == []


def test_a_place_that_cannot_be_written_is_named(shop: Shop) -> None:
    (shop.shipped / "blocked").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(NotWritten, match="blocked"):
        shop.folder.write("blocked/x", "text")


def test_work_in_progress_is_kept_and_two_tabs_are_told_apart(shop: Shop) -> None:
    one, other = shop.publisher.open("cart"), shop.publisher.open("cart")
    assert one is not None
    assert other is not None
    shop.publisher.keep(one, "half")
    with pytest.raises(CopyChanged):
        shop.publisher.keep(other, "other half")
    shop.start()
    kept = shop.publisher.open("cart")
    assert kept is not None
    assert (kept.text, kept.base) == ("half", one.base)
    assert kept.is_edited
    assert shop.title("cart") == "A title"
    shop.publisher.give_up("cart")
    assert shop.publisher.open("cart") == one


def test_a_step_is_renamed_in_a_section_and_its_users_at_once(shop: Shop) -> None:
    """Alone each of the files is refused; together they go live, each with its version."""
    changes = []
    for name in ("sections/contact", "cart", "mail"):
        opened = shop.publisher.open(name)
        assert opened is not None
        text = re.sub(r"email(?=:|\]|$)", "mailbox", opened.text, flags=re.MULTILINE)
        changes.append(Change(name, text, opened.base))
        with pytest.raises(NotGood):
            shop.publisher.publish(name, text, "", base=opened.base)
    with pytest.raises(NotGood) as refused:
        shop.publisher.publish_together(changes[:2], "too few")
    assert "mail.yaml" in str(refused.value)
    assert not (shop.data / "own").exists()

    shop.publisher.publish_together(changes, "mailbox instead of email")
    for name in ("cart", "mail"):
        assert [step.id for step in shop.live[name].asks] == ["what", "mailbox"]
        assert shop.live.files[name].is_live
        assert shop.history.versions(name)[0].note == "mailbox instead of email"
        assert len(shop.history.versions(name)) == 2
    [section] = shop.history.versions("sections/contact")
    assert "ask: mailbox" in section.text


def test_of_several_files_none_is_written_when_one_has_changed(shop: Shop) -> None:
    opened = [shop.publisher.open(name) for name in ("cart", "mail")]
    changes = [
        Change(file.name, file.text.replace("A title", "Ours"), file.base)
        for file in opened
        if file
    ]
    shop.edit("mail", "A title", "By hand")
    with pytest.raises(ChangedOnDisk, match="mail"):
        shop.publisher.publish_together(changes, "")
    assert not (shop.data / "own").exists()


def test_of_several_files_none_is_replaced_where_the_disk_refuses_one(shop: Shop) -> None:
    texts = {"cart": text_of("cart"), "sections/contact": "section: contact\n", "a/b": "x"}
    (shop.shipped / "a").write_text("a file where a folder should be", encoding="utf-8")
    before = {path: path.read_bytes() for path in shop.shipped.rglob("*.yaml")}
    shop.named = shop.shipped
    shop.start()
    with pytest.raises(NotWritten):
        shop.folder.write_all(texts)
    assert {path: path.read_bytes() for path in shop.shipped.rglob("*.yaml")} == before
    assert not [path for path in shop.shipped.rglob("*") if path.name.endswith(".tmp")]


def test_the_desks_declarations_are_judged_with_every_checklist(shop: Shop) -> None:
    desk = 'queues:\n  QUEUE: {en: "Team", ru: "Отдел"}\n'
    wrong = shop.publisher.judge("desk", desk.replace("QUEUE", "billing"))
    assert {problem.file for problem in wrong.errors} == {"cart.yaml", "mail.yaml"}
    shop.publisher.publish("desk", desk.replace("QUEUE", "hosting"), "named", base=ABSENT)
    assert (shop.data / "own" / "desk.yaml").is_file()
    assert shop.history.versions("desk")[0].note == "named"
    assert shop.live.files["cart"].is_live


def test_a_pipe_is_no_file_that_anybody_waits_for(shop: Shop) -> None:
    """Opening it waits for a writer: the thread that watches the folder stood still for good."""
    os.mkfifo(shop.shipped / "sections" / "pipe.yaml")
    read = list[object]()
    folder = ChecklistFolder(None, own=shop.data / "own", shipped=shop.shipped)
    reader = threading.Thread(target=lambda: read.append(folder.read("sections/pipe")), daemon=True)
    reader.start()
    reader.join(10)
    assert read == [None]


def test_of_a_file_without_end_a_megabyte_is_read(shop: Shop) -> None:
    with (shop.shipped / "cart.yaml").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    folder = ChecklistFolder(None, own=shop.data / "own", shipped=shop.shipped)
    read = folder.read("cart")
    assert read is not None
    assert len(read.text) == 1024 * 1024
