"""Who is served and who waits: in order, fairly, and nobody inside is sent away."""

from __future__ import annotations

import pytest

from intake.web.crowd.waiting_line import ACTIVE_S, KEPT_S, PRESENT_S, WaitingLine


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def line_of(places: int, clock: Clock, *, is_full: bool = True) -> WaitingLine:
    """A line whose places are taken, each by another network."""
    line = WaitingLine(places, clock=clock)
    for number in range(places if is_full else 0):
        line.readmit(f"inside-{number}", f"10.0.0.{number}")  # let in before
        assert line.connect(f"inside-{number}", f"10.0.0.{number}")
    return line


def number(line: WaitingLine, visitor: str, client: str = "192.0.2.1") -> int | None:
    turn = line.enter(visitor, client)
    return turn.number if turn else None


def test_who_comes_first_is_let_in_first(clock: Clock) -> None:
    line = line_of(4, clock)
    assert [number(line, name, f"192.0.2.{name}") for name in "123"] == [1, 2, 3]
    assert line.connect("9", "192.0.2.9") is None, "nobody gets past by a bare socket"
    clock.now += ACTIVE_S - 10
    for name in ("inside-1", "inside-2", "inside-3"):
        line.act(name)
    # Whose pages haven't asked for a while come back to their turns.
    assert [number(line, name, f"192.0.2.{name}") for name in "321"] == [1, 1, 1]
    assert [number(line, name, f"192.0.2.{name}") for name in "321"] == [3, 2, 1]
    clock.now += 11  # the one who did nothing leaves a place
    assert number(line, "2", "192.0.2.2") == 2
    assert number(line, "1", "192.0.2.1") is None
    clock.now += 1
    assert number(line, "2", "192.0.2.2") == 1


def test_who_is_inside_stays_inside_whoever_waits(clock: Clock) -> None:
    line = line_of(4, clock)
    assert number(line, "new") == 1
    clock.now += 3_600  # away for an hour, and back: by a reload, by a socket
    for name in range(4):
        line.connect(f"other-{name}", f"10.1.0.{name}")
    assert number(line, "late", "192.0.2.9") is not None
    assert number(line, "inside-0", "10.0.0.0") is None
    assert line.connect("inside-1", "10.0.0.1") == "inside-1"
    line.readmit("of-another-process", "192.0.2.7")
    assert line.connect("of-another-process", "192.0.2.7") is not None


def test_who_waits_and_looks_away_keeps_the_turn_and_holds_nobody_up(clock: Clock) -> None:
    line = line_of(4, clock)
    assert number(line, "phone", "192.0.2.1") == 1
    assert number(line, "desk", "192.0.2.2") == 2
    clock.now += PRESENT_S + 1
    assert number(line, "desk", "192.0.2.2") == 1
    assert number(line, "phone", "192.0.2.1") == 1, "back before the place was free: first again"
    clock.now += KEPT_S + 1
    line.enter("another", "192.0.2.3")
    assert line.waiting_count == 0 or number(line, "phone", "192.0.2.1") is None


def test_one_who_opens_many_waits_behind_those_who_open_one(clock: Clock) -> None:
    line = line_of(20, clock)
    for tab in range(60):
        line.enter(f"tab-{tab}", "203.0.113.9")
    clock.now += 1
    assert number(line, "anna", "192.0.2.1") <= 7  # type: ignore[operator]
    assert number(line, "boris", "192.0.2.2") <= 8  # type: ignore[operator]
    assert number(line, "tab-0", "203.0.113.9") == 1, "an office at one address isn't sent back"


def test_one_network_fills_no_more_than_its_share_for_the_others(clock: Clock) -> None:
    line = line_of(20, clock, is_full=False)
    for tab in range(40):
        line.readmit(f"tab-{tab}", "203.0.113.9")
        assert line.connect(f"tab-{tab}", "203.0.113.9")
    assert line.active_count == 40
    assert number(line, "tab-new", "203.0.113.9") == 1
    assert [number(line, f"c{n}", f"192.0.2.{n}") for n in range(15)] == [None] * 15
    assert number(line, "c15", "192.0.2.15") is not None


def test_alone_one_network_may_fill_it(clock: Clock) -> None:
    """Everybody may come from one address: a proxy that wasn't named, a carrier's network."""
    line = WaitingLine(20, clock=clock)
    assert all(line.connect(f"c{n}", "203.0.113.9") for n in range(20))
    assert line.connect("c20", "203.0.113.9") is None


def test_who_was_let_in_and_never_came_leaves_the_place(clock: Clock) -> None:
    line = WaitingLine(4, clock=clock)
    assert [number(line, f"bot-{n}", f"10.0.0.{n}") for n in range(4)] == [None] * 4
    assert number(line, "anna") == 1
    clock.now += 16
    assert number(line, "anna") is None


def test_a_browser_without_cookies_is_known_by_its_network(clock: Clock) -> None:
    line = line_of(4, clock)
    assert line.connect("", "192.0.2.1") is None
    assert line.connect("", "10.0.0.2") == "inside-2"


def test_the_time_to_wait_is_of_the_last_minutes(clock: Clock) -> None:
    line = line_of(300, clock)
    turns = [line.enter(f"w{n}", f"192.0.{n // 200}.{n % 200}") for n in range(40)]
    assert turns[-1] is not None
    assert turns[-1].number == 40
    assert turns[-1].wait_s == pytest.approx(40, abs=1)  # 300 places, five minutes each
    for _ in range(4):
        clock.now += 40
        for n in range(300):
            line.act(f"inside-{n}")
        turn = line.enter("w39", "192.0.0.39")
    assert turn is not None
    assert turn.wait_s > turns[-1].wait_s / 40 * turn.number * 5, "nobody was let in since"


def test_a_thousand_at_once_are_all_let_in_one_after_the_other(clock: Clock) -> None:
    """Each does ten steps and goes; nobody is passed by more than those who came with them."""
    line, order = WaitingLine(50, clock=clock), []
    waiting = [(f"v{n}", f"10.{n // 250}.0.{n % 250}") for n in range(1_000)]
    for _ in range(3_000):
        for visitor, client in list(waiting):
            if line.enter(visitor, client) is None:
                line.connect(visitor, client)
                order.append(int(visitor[1:]))
                waiting.remove((visitor, client))
        assert line.active_count <= 50
        if not waiting:
            break
        clock.now += 5
    assert len(order) == 1_000
    assert max(abs(place - visitor) for place, visitor in enumerate(order)) <= 50


def test_newcomers_wait_while_pages_are_slow_and_nobody_inside_does(clock: Clock) -> None:
    """A slow processor serves fewer than the setting says."""
    slow = 0.2
    line = WaitingLine(100, turn_wait_s=lambda: slow, clock=clock)
    for place in range(20):
        assert line.connect(f"inside-{place}", f"10.0.0.{place}")
    assert number(line, "quick", "192.0.2.1") is None
    slow = 1.5
    assert number(line, "new", "192.0.2.2") == 1
    assert number(line, "inside-3", "10.0.0.3") is None
    assert line.connect("inside-4", "10.0.0.4") == "inside-4"
    clock.now += ACTIVE_S + 1  # a tenth of the places is served however slow it is
    line.act("inside-1")
    assert number(line, "new", "192.0.2.2") is None
    slow = 0.2
    assert number(line, "next", "192.0.2.3") is None


def test_a_crowd_is_let_in_by_dozens(clock: Clock) -> None:
    line = line_of(500, clock, is_full=False)
    crowd = [(f"c{place}", f"10.0.{place // 250}.{place % 250}") for place in range(80)]
    let_in = [name for name, client in crowd if line.enter(name, client) is None]
    assert let_in == [name for name, _ in crowd[:50]]
    assert number(line, *crowd[50]) == 1
    clock.now += 16
    assert number(line, *crowd[51]) is None
    assert number(line, *crowd[50]) is None
