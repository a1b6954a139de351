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
_KINDS += ["text", "optional", "several"]
_FACTS_WITH_CHOICES = [
    ("layer", "tls", "ok"),
    ("ping", "answers", "silent"),
    ("status", "502", "200"),
]
_RELATED_KINDS = ["number", "number", "moment", "moment", "choice", "tell", "end"]


class _Maker:
    """One checklist as it grows: `lefts` are what its next condition may compare, and with what."""

    def __init__(self, draw: st.DrawFn, *, with_relations: bool) -> None:
        self.draw = draw
        self.kinds = _RELATED_KINDS if with_relations else _KINDS
        self.lines: list[str] = []
        self.related: dict[str, list[str]] = {"number": [], "moment": []}
        self.page = ""  # of the question before
        self.lefts: dict[str, list[str]] = {"scope": ["one", "all", "unknown"]}
        self._facts_of("web")

    def _facts_of(self, check: str) -> None:
        for name, values in FACTS.items():
            self.lefts[f"{check}.{name}"] = [*values, "unknown"]

    def _compare(self, only: str = "") -> str:
        left = self.draw(st.sampled_from([name for name in sorted(self.lefts) if only in name]))
        words = st.lists(st.sampled_from(self.lefts[left]), min_size=1, max_size=2, unique=True)
        return f"{{{left}: [{', '.join(chr(34) + word + chr(34) for word in self.draw(words))}]}}"

    def _relation(self) -> str:
        pairs = [(kind, names) for kind, names in self.related.items() if len(names) > 1]
        kind, names = self.draw(st.sampled_from(pairs))
        left, right = self.draw(st.permutations(names))[:2]
        words = ["before", "after"] if kind == "moment" else ["less-than", "more-than", "same-as"]
        reckoned = self.draw(st.sampled_from(["", "", *self._arithmetic(kind)]))
        return f"{{{left}: {{{self.draw(st.sampled_from(words))}: {right}{reckoned}}}}}"

    def _arithmetic(self, kind: str) -> list[str]:
        if kind == "moment":
            return [", plus: 60", ", minus: 60"]
        operands = [", times: 0.5", ", plus: 1", ", times: 2, minus: 1"]
        return [*operands, *(f", plus: {name}" for name in self.related["number"])]

    def condition(self, depth: int = 0, only: str = "") -> str:
        if not only and any(len(names) > 1 for names in self.related.values()):
            compared = self._relation() if self.draw(st.booleans()) else self._compare()
            return f"{{not: {compared}}}" if self.draw(st.booleans()) else compared
        shape = self.draw(st.sampled_from(["one", "one", "all", "any", "not"][: 5 - 4 * depth]))
        if shape == "one":
            return self._compare(only)
        if shape == "not":
            return f"{{not: {self._compare(only)}}}"
        return f"{{{shape}: [{self._compare(only)}, {self.condition(depth + 1, only)}]}}"

    def show_if(self) -> str:
        return f", show-if: {self.condition()}" if self.draw(st.integers(0, 3)) else ""

    def step(self, number: int) -> None:
        kind, name = self.draw(st.sampled_from(self.kinds)), f"s{number}"
        shown = self.show_if() + self._paged(kind, name)
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
            case "optional":
                self.lines.append(
                    f"  - {{ask: {name}, text: T, kind: text, optional: true{shown}}}"
                )
            case _:
                asked, words = self._asked(kind, name)
                required = ", required: false" if not self.draw(st.integers(0, 3)) else ""
                filled = ", record: order" if not self.draw(st.integers(0, 2)) else ""
                rest = f"{required}{filled}{shown}"
                self.lines.append(f"  - {{ask: {name}, text: T, kind: {asked}{rest}}}")
                if words:
                    self.lefts[name] = [*words, "unknown"]

    def _asked(self, kind: str, name: str) -> tuple[str, list[str]]:
        """A question's kind with its own keys, and the words that conditions compare."""
        measured = self.draw(st.sampled_from(["", ", if-measured: note"]))
        two = ", choices: {x: X, y: Y}"
        match kind:
            case "number" | "moment" if self.kinds is _RELATED_KINDS:
                self.related[kind].append(name)
                return kind, []
            case "number" | "text":
                self.lefts[name] = ["unknown"]
                return kind, ["5", "< 3", ">= 3", "4-9"] if kind == "number" else []
            case "several":
                return f"choices{two}, accept: {{to: 1, say: One}}", ["x", "y"]
            case "fact":
                fact, first, second = self.draw(st.sampled_from(_FACTS_WITH_CHOICES))
                several = self.draw(st.sampled_from(["choice", "choices"]))
                choices = f", choices: {{{first}: X, {second}: Y}}"
                return f"{several}{choices}, answer-from: web.{fact}{measured}", [first, second]
            case "rows":
                whens = self.condition(only="web."), self.condition(only="web.")
                rows = f"[{{when: {whens[0]}, is: x}}, {{when: {whens[1]}, is: y}}]"
                return f"choice{two}, answer-from: {rows}{measured}", ["x", "y"]
            case _:
                return f"{kind}{two}", ["x", "y"]

    def _paged(self, kind: str, name: str) -> str:
        """Neighbours on one screen: what is between them, or alone on its own, ends the page."""
        if kind in ("check", "end"):
            return ""
        if kind in ("tell", "optional") or self.draw(st.booleans()):
            self.page = ""
            return ""
        self.page = self.page or f"p-{name}"
        return f", page: {self.page}"

    def contact(self) -> None:
        self.page = ""
        required = ", required: false" if not self.draw(st.integers(0, 5)) else ""
        shown = self.show_if() if not self.draw(st.integers(0, 2)) else ""
        last = ", page: review" if self.draw(st.booleans()) else ""
        self.lines.append(
            f"  - {{ask: email, kind: e-mail, role: contact, text: T{required}{shown}{last}}}"
        )

    def table(self) -> str:
        rows = [
            f"{{when: {self.condition()}, is: low}}" for _ in range(self.draw(st.integers(0, 2)))
        ]
        return f"[{', '.join([*rows, '{otherwise: normal}'])}]"


@st.composite
def random_checklists(draw: st.DrawFn, most: int = 4, *, with_relations: bool = False) -> str:
    """
    A checklist with one line a step, so that a problem's line tells the step.

    With relations its conditions compare two answers with each other, of which the proof knows less
    than what happens: it leaves open which numbers and moments the two are.
    """
    maker = _Maker(draw, with_relations=with_relations)
    kind = draw(st.sampled_from(["target", "target", "targets"]))
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
        f"  - {{ask: site, kind: {kind}, text: Site}}\n"
        "  - {check: web, diagnose: site, of: site}\n"
        "  - {ask: scope, kind: choice, text: Scope, choices: {one: One, all: All}}\n"
        f'{steps}\nticket:\n  subject: "{{site}}"\n  priority: {maker.table()}\n'
        "  queue: [{otherwise: hosting}]\n"
    )


def _bare(line: str) -> str:
    return line.replace(", record: order", "")
