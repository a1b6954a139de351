"""Walks through a small checklist with every possible customer, to see which cases can happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations, product

from pydantic import JsonValue

from diagnostics import CODES
from intake.authoring.proof.variables import sample_numbers
from intake.journey import Answer, Ask, Checklist, CheckRun, Draft, Journey, Tell, choices_of
from intake.journey.check_runs import run_name
from intake.journey.compiled_conditions import compile_condition
from intake.journey.conditions import UNKNOWN, Compare, comparisons_in
from intake.journey.kinds import spec_of
from intake.journey.steps import Check, End, Step, conditions_of
from tests.journey.customer import NOW

Facts = dict[str, JsonValue]
# The codes that conditions name, and one code of each layer and severity that none names.
COMPARED_CODES = (
    *("tls.expired", "http.bad_gateway", "ok.reachable", "net.icmp_blocked"),
    *("tls.self_signed", "http.slow", "dns.nxdomain", "client.clock_wrong"),
    *("tls.clock_differs", "http.programs_refused"),
)
_HEALTHY = "ok.reachable"
_SITES = ("shop.example", "blog.example")  # of a question that takes several
TICKET = -1  # the place of what the ticket says, beside those of the steps
_MOMENTS = ("2026-11-20T10:00:00+00:00", "2026-11-21T10:00:00+00:00")


def _reports(most: int) -> Iterator[Facts]:
    """Yield the possible facts of a diagnosis with up to `most` findings (see `ranking.py`)."""
    sizes = range(1, most + 1)
    found = chain.from_iterable(combinations(COMPARED_CODES, size) for size in sizes)
    yield {"finding": [], "verdict": "inconclusive"}
    for codes in found:
        for cause in codes:
            rest = [code for code in codes if code != cause]
            for severity, verdict in product(
                ("critical", "warning", "info"), ("fault", "degraded", "healthy", "inconclusive")
            ):
                if _may_be(cause, codes, severity, verdict):
                    yield {
                        "finding": [cause, *rest],
                        "cause": cause,
                        "layer": CODES[cause].layer,
                        "severity": severity,
                        "verdict": verdict,
                    }


def _may_be(cause: str, codes: tuple[str, ...], severity: str, verdict: str) -> bool:
    is_info = CODES[cause].severity == "info"
    if severity == "info" and not is_info:
        return False
    if cause == _HEALTHY and severity != "info":
        return False
    if (verdict == "healthy") != (_HEALTHY in codes):
        return False
    worst = {"fault": ("critical",), "degraded": ("warning",), "healthy": ("warning", "info")}
    return severity in worst.get(verdict, ("critical", "warning", "info"))


REPORTS = list(_reports(2))
# A path may need each of the codes that its conditions name.
_LONG_REPORTS = list(_reports(4))
_STATUS = [None, *map(int, sample_numbers(["502", "500-599", "< 300", "200"], decimals=0))]
_PING = (None, "answers", "silent")


# The place of a step, a left side, a word that it is compared with, and whether in a row.
Compared = tuple[int, str, str, bool]


@dataclass
class Cases:
    """What happened in at least one case; steps and compared words by their index."""

    live: set[int] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    words: set[Compared] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    without_contact: bool = False
    without_item: bool = False
    count: int = 0


class EveryCustomer:
    """All cases of one checklist."""

    def __init__(self, checklist: Checklist) -> None:
        self.checklist, self.cases = checklist, Cases()
        self._compares = list(_compares(checklist))
        self._tests = {
            (place, compare.left, word, of_row): compile_condition({compare.left: [word]})
            for place, compare, of_row in self._compares
            for word in compare.allowed
            if word != UNKNOWN
        }
        self._unmet = set(self._tests)
        names = [check.id for check in checklist.checks]
        by_left = {(left, word): test for (_, left, word, _), test in self._tests.items()}
        self._tests_of = {
            name: [test for (left, _), test in by_left.items() if left.startswith(f"{name}.")]
            for name in names
        }
        self._lefts_of = {
            name: sorted({c.left for _, c, _ in self._compares if c.left.startswith(f"{name}.")})
            for name in names
        }

    def walk(self) -> Cases:
        """Walk through all cases."""
        web = self._telling("web")
        others = [check.id for check in self.checklist.checks if check.id != "web"]
        told = [web, *(self._telling(name) for name in others)]
        for facts in product(*told):
            runs = {
                run_name(name, place): CheckRun(
                    step=run_name(name, place),
                    target=target,
                    state="failed" if known is None else "done",
                    started_at=NOW,
                    facts=known or {},
                )
                for name, known in zip(("web", *others), facts, strict=True)
                for place, target in enumerate(_SITES)
            }
            self._go_on(Draft(language="en", checks=runs), set())
        return self.cases

    def compared(self) -> list[Compared]:
        """Return each word that a condition compares, with the index of its step."""
        return list(self._tests)

    def _telling(self, check: str) -> list[Facts | None]:
        """Return one result of a check for each that the checklist's conditions distinguish."""
        lefts = {compare.left for _, compare, _ in self._compares} | {
            ask.answer_from for ask in self.checklist.asks if isinstance(ask.answer_from, str)
        }
        reports = _LONG_REPORTS if f"{check}.finding" in lefts else REPORTS
        status = _STATUS if f"{check}.status" in lefts else [None]
        ping = _PING if f"{check}.ping" in lefts else (None,)
        # Each condition reads one fact, so results with indistinguishable facts are equivalent.
        parts = [
            self._told_apart(check, reports),
            self._told_apart(check, [{"status": code} for code in status]),
            self._told_apart(check, [{"ping": echo} for echo in ping]),
        ]
        whole = ({**report, **code, **echo} for report, code, echo in product(*parts))
        known = ({name: v for name, v in facts.items() if v is not None} for facts in whole)
        return [None, *known]  # type: ignore[list-item]

    def _told_apart(self, check: str, candidates: Iterable[Facts]) -> list[Facts]:
        by_signature: dict[tuple[object, ...], Facts] = {}
        for facts in candidates:
            by_signature.setdefault(self._signature(check, facts), facts)
        return list(by_signature.values())

    def _signature(self, check: str, facts: Facts) -> tuple[object, ...]:
        def look(left: str) -> JsonValue:
            return facts.get(left.partition(".")[2])

        tests = [test(look) for test in self._tests_of[check]]
        unknown = [look(left) is None for left in self._lefts_of[check]]
        answers = [
            _choice_of(ask, look(str(ask.answer_from)))
            for ask in self.checklist.asks
            if isinstance(ask.answer_from, str) and ask.answer_from.startswith(f"{check}.")
        ]
        return (*tests, *unknown, *map(str, answers))

    def _go_on(self, draft: Draft, left_silent: set[str]) -> None:
        journey = Journey(self.checklist, draft)
        for entry in journey.visible:
            name = entry.step.id
            if entry.answer is not None and not (entry.silent and name not in left_silent):
                continue
            if entry.silent:  # the measured answer is kept, or the customer corrects it
                self._go_on(draft, left_silent | {name})
            for value in _answers(entry.step, self.checklist):
                answers = {**draft.answers, name: Answer(value=value, at=NOW)}
                self._go_on(draft.model_copy(update={"answers": answers}), left_silent)
            return
        self._note(journey)

    def _note(self, journey: Journey) -> None:
        assert journey.next is None
        cases, steps = self.cases, self.checklist.steps
        cases.count += 1
        visible = {entry.step.id: entry.answer for entry in journey.visible}
        stop = _stop(journey, steps)
        for place, step in enumerate(steps[: stop + 1]):
            cases.live.add(place)
            is_shown = _is_shown(journey, step, self.checklist, place, stop)
            (cases.shown if is_shown else cases.hidden).add(place)
        for compared in list(self._unmet):
            place = compared[0]
            step, of_row = steps[place], compared[3]
            if place == TICKET:  # no table is read where the advice helped and nothing is sent
                is_reached = journey.end != "solved"
            else:
                is_reached = step.id in visible if of_row else place <= stop
            # A question that fills an item is measured for the ticket even when it is hidden.
            is_reached = is_reached or (of_row and isinstance(step, Ask) and bool(step.record))
            if is_reached and self._tests[compared](journey.lookup):
                cases.words.add(compared)
                self._unmet.remove(compared)
        end = journey.end
        assert end is not None
        cases.ends.add(end)
        if end != "solved":
            self._note_ticket(journey, end)

    def _note_ticket(self, journey: Journey, end: str) -> None:
        cases, asks = self.cases, self.checklist.asks
        rows = enumerate(self.checklist.priority)
        cases.rows.add(next(place for place, (holds, _) in rows if holds(journey.lookup)))
        said = {entry.step.id: entry.answer for entry in journey.visible}
        contacts = [said.get(ask.id) for ask in asks if ask.is_contact]
        if not any(answer is not None and answer.value for answer in contacts):
            cases.without_contact = True
        if end == "ticket" and not any(_fills(ask, said, journey) for ask in asks):
            cases.without_item = True


def _fills(ask: Ask, said: dict[str, Answer | None], journey: Journey) -> bool:
    if "order" not in ask.record:
        return False
    if ask.id in said:
        answer = said[ask.id]
        # "Don't know" is an answer; a skipped question has none.
        return answer is not None and answer.value not in ("", [])
    return journey.proposal(ask) is not None


def _stop(journey: Journey, steps: tuple[Step, ...]) -> int:
    ending = journey.ending
    if ending is not None:
        return next(place for place, step in enumerate(steps) if step is ending)
    if journey.end == "solved":
        last = journey.visible[-1].step
        return next(place for place, step in enumerate(steps) if step is last)
    return len(steps)


def _is_shown(journey: Journey, step: Step, checklist: Checklist, place: int, stop: int) -> bool:
    if isinstance(step, End):
        return place == stop
    return checklist.compiled[place].holds(journey.lookup) is True


def _compares(checklist: Checklist) -> Iterator[tuple[int, Compare, bool]]:
    """Yield every comparison with the index of its step, and whether it is in `answer-from`."""
    for place, step in enumerate(checklist.steps):
        for raw in conditions_of(step):
            for compare in comparisons_in(raw):
                yield place, compare, raw is not step.show_if
    for table in (checklist.ticket.priority,):
        for row in table:
            for compare in comparisons_in(row.when):
                yield TICKET, compare, False


def _choice_of(ask: Ask, value: JsonValue) -> JsonValue:
    """Return the key by which a question with choices distinguishes measured values."""
    first = value[0] if isinstance(value, list) and value else value
    if spec_of(ask).has_several and isinstance(value, list):
        return sorted(map(str, value))  # type: ignore[return-value]
    return first


def _answers(step: Ask | Tell, checklist: Checklist) -> Iterator[JsonValue]:
    """Yield one answer of a customer for each that conditions can distinguish."""
    if isinstance(step, Tell):
        yield from ("go-on", "solved") if step.solved == "offer" else ("go-on",)
        return
    choices: list[JsonValue] = [*choices_of(step)]
    if step.id == "site":
        yield list(_SITES) if spec_of(step).has_several else _SITES[0]
        if _is_compared("site", checklist):
            yield None
        return
    if step.is_contact:
        yield "anna@mail.example"
    elif spec_of(step).has_several:
        yield from ([first] for first in choices)
        yield choices
    elif choices:
        yield from choices
    else:
        yield from _own_words(step, checklist)
    if step.dont_know:
        yield None
    if not step.required:
        yield spec_of(step).empty


def _own_words(ask: Ask, checklist: Checklist) -> Iterator[JsonValue]:
    """Yield answers to a question without choices."""
    if ask.kind == "moment":
        yield from ({"said": at[:10], "at": at} for at in _MOMENTS)
        yield {"said": "long ago"}  # words that name no time
    elif not spec_of(ask).is_number:
        yield "a plugin"
    elif _is_related(ask.id, checklist):
        yield from (1.0, 2.0)
    else:
        words = [c.allowed for _, c, _ in _compares(checklist) if c.left == ask.id]
        yield from sample_numbers(
            [word for allowed in words for word in allowed if word != UNKNOWN]
        )
        yield "about five"  # words, repeated after the hint


def _is_related(left: str, checklist: Checklist) -> bool:
    return any(c.left == left and not c.allowed for _, c, _ in _compares(checklist))


def _is_compared(left: str, checklist: Checklist) -> bool:
    return any(compare.left == left for _, compare, _ in _compares(checklist))


__all__ = ["Cases", "Check", "EveryCustomer"]
