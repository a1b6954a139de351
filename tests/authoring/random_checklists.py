"""Small checklists made up at random: steps that depend on each other every way there is."""

from __future__ import annotations

from hypothesis import strategies as st

FACTS = {
    "finding": ["tls.expired", "tls.*", "http.bad_gateway", "ok.reachable"],
    "cause": ["tls.expired", "http.*", "http.bad_gateway", "net.icmp_blocked"],
    "layer": ["tls", "http", "ok"],
    "verdict": ["fault", "healthy", "degraded", "inconclusive"],
    "severity": ["critical", "warning"],
    "status": ["502", "500-599", "< 300"],
    "ping": ["answers", "silent"],
}
_KINDS = ["choice", "choice", "choices", "rows", "fact", "number", "tell", "end", "check"]


class _Maker:
    """One checklist as it grows: `lefts` are what its next condition may compare, and with what."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.lefts: dict[str, list[str]] = {"scope": ["one", "all", "unknown"]}
        self._facts_of("web")

    def _facts_of(self, check: str) -> None:
        for name, values in FACTS.items():
            self.lefts[f"{check}.{name}"] = [*values, "unknown"]

    def _compare(self, only: str = "") -> str:
        left = self.draw(st.sampled_from([name for name in sorted(self.lefts) if only in name]))
        words = st.lists(st.sampled_from(self.lefts[left]), min_size=1, max_size=2, unique=True)
        return f"{{{left}: [{', '.join(chr(34) + word + chr(34) for word in self.draw(words))}]}}"

    def condition(self, depth: int = 0, only: str = "") -> str:
        shape = self.draw(st.sampled_from(["one", "one", "all", "any", "not"][: 5 - 4 * depth]))
        if shape == "one":
            return self._compare(only)
        if shape == "not":
            return f"{{not: {self._compare(only)}}}"
        return f"{{{shape}: [{self._compare(only)}, {self.condition(depth + 1, only)}]}}"

    def show_if(self) -> str:
        return f", show-if: {self.condition()}" if self.draw(st.integers(0, 3)) else ""

    def step(self, number: int) -> None:
        kind, name = self.draw(st.sampled_from(_KINDS)), f"s{number}"
        shown = self.show_if()
        required = ", required: false" if not self.draw(st.integers(0, 3)) else ""
        filled = ", record: order" if not self.draw(st.integers(0, 2)) else ""
        rest = f"{required}{filled}{shown}}}"
        ask = f"  - {{ask: {name}, text: T, kind: "
        measured = self.draw(st.sampled_from(["", ", if-measured: note"]))
        two = ", choices: {x: X, y: Y}"
        match kind:
            case "tell":
                solved = self.draw(st.sampled_from(["", ", solved: offer"]))
                self.lines.append(f"  - {{tell: {name}, text: T{solved}{shown}}}")
                self.lefts[name] = [*(["solved"] if solved else []), "go-on", "unknown"]
            case "end":
                end = self.draw(st.sampled_from(["ticket", "solved", "hand-over"]))
                self.lines.append(f"  - {{end: {end}, text: T{shown}}}")
            case "check":
                self.lines.append(f"  - {{check: {name}, diagnose: site, of: site{shown}}}")
                self.lefts[f"{name}.cause"] = [*FACTS["cause"], "unknown"]
            case "number":
                self.lines.append(f"{ask}number{rest}")
                self.lefts[name] = ["5", "< 3", ">= 3", "4-9", "unknown"]
            case "fact":
                fact, choices = self.draw(
                    st.sampled_from(
                        [
                            ("layer", "tls: X, ok: Y"),
                            ("ping", "answers: X, silent: Y"),
                            ("status", "502: X, 200: Y"),
                        ]
                    )
                )
                several = self.draw(st.sampled_from(["choice", "choices"]))
                source = f", answer-from: web.{fact}{measured}"
                self.lines.append(f"{ask}{several}, choices: {{{choices}}}{source}{rest}")
                self.lefts[name] = [
                    *(part.split(":")[0] for part in choices.split(", ")),
                    "unknown",
                ]
            case "rows":
                when = self.condition(only="web.")
                second = self.condition(only="web.")
                source = f", answer-from: [{{when: {when}, is: x}}, {{when: {second}, is: y}}]"
                self.lines.append(f"{ask}choice{two}{source}{measured}{rest}")
                self.lefts[name] = ["x", "y", "unknown"]
            case _:
                self.lines.append(f"{ask}{kind}{two}{rest}")
                self.lefts[name] = ["x", "y", "unknown"]

    def contact(self) -> None:
        required = ", required: false" if not self.draw(st.integers(0, 5)) else ""
        shown = self.show_if() if not self.draw(st.integers(0, 2)) else ""
        self.lines.append(
            f"  - {{ask: email, kind: e-mail, role: contact, text: T{required}{shown}}}"
        )

    def table(self) -> str:
        rows = [
            f"{{when: {self.condition()}, is: low}}" for _ in range(self.draw(st.integers(0, 2)))
        ]
        return f"[{', '.join([*rows, '{otherwise: normal}'])}]"


@st.composite
def random_checklists(draw: st.DrawFn, most: int = 4) -> str:
    """A checklist with one line a step, so that a problem's line tells the step."""
    maker = _Maker(draw)
    count = draw(st.integers(1, most))
    place = draw(st.integers(0, count))
    for number in range(count):
        if number == place:
            maker.contact()
        maker.step(number)
    if place == count:
        maker.contact()
    must = "must-have: {order: The order}\n" if draw(st.booleans()) else ""
    steps = "\n".join(maker.lines if must else [_bare(line) for line in maker.lines])
    return (
        f"checklist: small\ntitle: Small\n{must}steps:\n"
        "  - {ask: site, kind: target, text: Site}\n  - {check: web, diagnose: site, of: site}\n"
        "  - {ask: scope, kind: choice, text: Scope, choices: {one: One, all: All}}\n"
        f'{steps}\nticket:\n  subject: "{{site}}"\n  priority: {maker.table()}\n'
        "  queue: [{otherwise: hosting}]\n"
    )


def _bare(line: str) -> str:
    return line.replace(", record: order", "")
