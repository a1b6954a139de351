"""What became of a row of the table: how often, what was acknowledged, what was lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.survive.plain_customer import Told


@dataclass
class Outcome:
    """Counts over all cases of one fault on one database."""

    cases: int = 0
    acknowledged: int = 0
    lost: int = 0
    without_ticket: int = 0
    twice: int = 0
    odd: list[str] = field(default_factory=list)

    def judge(self, case: str, told: Told, find: Callable[[Told], list[str]]) -> None:
        """What one customer was told, against what is stored."""
        self.odd += [f"{case}: {words}" for words in told.odd]
        if not told.case:
            self.odd.append(f"{case}: never begun")
            return
        self.acknowledged += 1
        tickets = find(told)
        if not told.number:
            self.odd.append(f"{case}: never sent")
        elif told.number not in tickets:
            self.without_ticket += 1
        self.lost += not tickets
        self.twice += len(tickets) > 1

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled, or said wrongly."""
        return not (self.lost or self.without_ticket or self.twice or self.odd)


def joined(*outcomes: Outcome) -> Outcome:
    """All of them as one row."""
    whole = Outcome()
    for outcome in outcomes:
        whole.cases += outcome.cases
        whole.acknowledged += outcome.acknowledged
        whole.lost += outcome.lost
        whole.without_ticket += outcome.without_ticket
        whole.twice += outcome.twice
        whole.odd += outcome.odd
    return whole
