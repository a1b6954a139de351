"""
Generates the reference in docs/checklists.md and its Russian page from models, facts and messages.

The English texts are in the models and below; `reference_ru.yaml` has the Russian ones by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from diagnostics import FACTS, LETTER_FACTS, Fact, facts_of
from diagnostics.texts import Language, load_catalogue
from intake.authoring.messages import registry, topics
from intake.authoring.simulation.file_tests import MAX_VARIANTS
from intake.authoring.syntax.assembly import MAX_STEPS
from intake.authoring.syntax.yaml_nodes import MAX_DEPTH
from intake.authoring.syntax.yaml_reader import MAX_BYTES
from intake.journey.acceptance import MAX_PATTERN, Accept
from intake.journey.answer_constraints import MAX_MATCHED
from intake.journey.conditions import MAX_CONDITION_DEPTH
from intake.journey.draft import Environment, Source
from intake.journey.kinds import KINDS
from intake.journey.kinds.file import MAX_FILES
from intake.journey.kinds.input_text import MAX_ANSWER
from intake.journey.links import Link
from intake.journey.model import MAX_TEXT, Expect, Head, Row, Scenario, SectionHead, TicketRules
from intake.journey.pictures import ImageFile
from intake.journey.steps import STEP_MODELS
from intake.journey.support_desk import Product, SupportDesk
from intake.journey.working_hours import AlwaysOpen, QueueHours, WorkingHours

_ROOT = Path(__file__).parent.parent
_BAD = _ROOT / "tests" / "bad_checklists"
_BEGIN, _END = "<!-- reference -->", "<!-- /reference -->"
_MAX_VALUES = 20
_ABOUT_MESSAGES = """\
Names in ‹ › are filled in. An error keeps a checklist from going live; a warning doesn't. Under
each stands a line that earns it, and below that what lint says, or how the line was meant.
"""
_FACTS_OF_FINDINGS = ("finding", "cause")
_ABOUT_PICTURES = (
    "`picture` of a question or an advice stands below its text. Its file lies in the folder "
    "`pictures` beside the checklists and has at most 500 KB. Where it is gone, `alt` is read."
)
_ABOUT_LINKS = (
    "`link` of a question or an advice is a button below its text. No value is filled into `to`, "
    "and addresses in other texts stay plain text."
)
_ABOUT_FILE = "A checklist's own keys, in any order."
_TEXTS = """\
## How texts are written

A text is one string for every language, or a string for each: `{en: "…", ru: "…"}`. Put texts in
quotes. Without quotes a text ends at `: ` and ` #`, inside braces also at a comma, and can't begin
with `& * ! | > ' " % @ [ {` or a backtick; lint tells each of these and shows the corrected line.
Words such as `yes`, `no`, `on` and `22:30` stay words. There are no anchors, aliases, tags or merge
keys.

One string for every language fits what reads alike in all of them: `"WordPress"`, `"SSL-48213"`,
`"{site}"`. Where `languages` has more than one, words of one language need the other too, and lint
says so. Numbers are digits with a point: `2.5`, `100000`; no spaces or commas in them, no unit
behind them. Keys that are on or off take `true` and `false`; a question of kind `yes-no` is
answered with `yes` and `no`, in conditions and tests too.
"""
_VALUES = """\
## Texts that know: names in braces

`text`, `short`, `why`, `help`, `do`, the labels of `choices` and the ticket's `subject` may name an
answer or a fact, as conditions do: `{site}`, `{web.first-byte-ms}`, `{environment.browser}`. Only
earlier steps can be named, and only in these texts. The reader's language says the value:

| named | said |
| --- | --- |
| an answer | the choice's label, the number with its unit, the date and time, the words |
| `first-byte-ms`, `round-trip-ms` | "850 milliseconds", "5.2 seconds", «5,2 секунды» |
| `certificate-days-left`, `domain-days-left` | "3 days", «3 дня»; less than one isn't known |
| `loss-percent` | "12%", «12 %» |
| `cause` | the finding's name, such as "an expired certificate"; in `subject` its sentence |
| any other number, word or text | "502", "open", «открыт», the issuer's name |

Advice can't be named, nor a fact that is a sign for conditions alone, such as `layer`. A value may
not be known: "I don't know", or a check that still runs. What is said then stands beside the
languages, under `otherwise`; lint demands it where a value may be unknown:

```yaml
    text:
      en: "The certificate runs out in {web.certificate-days-left}."
      ru: "До конца срока сертификата {web.certificate-days-left}."
      otherwise: {en: "The certificate runs out soon.", ru: "Сертификат скоро кончится."}
```

Where `show-if` holds only if the value is known, nothing is demanded. In the subject what isn't
known leaves no hole, so `otherwise` may be left out. A value is at most 80 characters on one line,
and never markup: it comes from a customer or a stranger's server. `{{` and `}}` are plain braces.
"""
_HAND_OVER = """\
`end: hand-over` shows its `text`, a field for how to reach the customer, a field for the customer's
own words, and a button that sends them with every answer and measurement so far. The ticket says
that a person was wanted before the end; the tables of `ticket` count for it as for any other. The
question with `role: contact` stands above such an end too, and lint proves that it does.
"""
_ACCEPT = """\
The limits of a duration are minutes, or have their unit: `to: 90`, `to: 2 hours`, `to: 3 days`. A
moment has no limits: compare it with another one in a condition, as `{copy: {after: lost}}`.
"""
_ROUTING_WORDS = """\
## Words that lead to a checklist

A customer may write in their own words instead of choosing. `words` are what such a text is told
by:

```yaml
words:
  en: [certificate, ssl, padlock, not private]
  ru: [сертификат, ссл, замочек, подключение не защищено]
```

One form of a word stands for all of them: `сертификат` is found in «сертификаты», `expired` in
"expires", `not open` in "doesn't open". A letter off is found too, and what was typed in the wrong
keyboard layout. A phrase is found where its words follow each other with at most two others between
them; in Russian its first word may also stand last. It counts a point for each of its words, once;
one that three checklists have counts a third of that, and one within a longer phrase of another
checklist nothing. Quotations, and logins told beside the matter, are left out. Most points choose
the checklist. Where the next one has more than half as many, or the
first has one and the next some, the customer chooses, with the two likeliest first. Write what
customers write, slang too, and rather "site slow" than "slow" alone; a word of several matters,
such as `site` or "doesn't work", belongs into each of them.

A test proves where letters lead, beside all other checklists of the folder:

```yaml
tests:
  - name: what customers write about certificates leads here
    words: ["the padlock is gone", "сертификат протух"]
```
"""
_CONDITIONS = """\
## Conditions in show-if and when

They compare answers and facts with what is allowed.

| written | holds when |
| --- | --- |
| `{scope: all}` | the answer is `all` |
| `{scope: [one, some]}` | it is one of them |
| `{scope: all, web.layer: dns}` | both hold |
| `[{scope: all}, {web.layer: dns}]` | either holds |
| `{not: {scope: all}}`, `{any: [ … ]}`, `{all: [ … ]}` | as the words say |
| `{web.cause: tls.*}`, `{web.finding: [dns.*, tcp.refused]}` | a finding of the family |
| `{web.status: 500-599}` | the number is one of these, both ends included |
| `{web.status: "< 500"}`, `"<= 500"`, `"> 500"`, `">= 500"` | it is less, at most, more, at least |
| `{devices: [phone, tablet]}` | of a question of kind `choices`: at least one of them is marked |
| `{all: [{devices: phone}, {devices: tablet}]}` | both are marked |
| `{restart: solved}`, `{restart: go-on}` | the advice `restart` helped, or the customer went on |
| `{web.finding: unknown}` | it isn't known: not answered, "I don't know", not measured (yet) |
| `{changed: {before: since}}`, or `after` | one time is before, or after, the other |
| `{lasts: {more-than: usual}}`, or `less-than` | two numbers or durations of one unit |
| `{new-site: {same-as: site}}` | two answers or facts of one kind are the same |
| `{changed: {before: since, minus: 60}}` | it is more than an hour earlier |
| `{used: {more-than: quota, times: 0.9}}` | it is more than nine tenths of the other |
| `slow` | the condition that `conditions` names so holds |

Unknown is not false: while a check runs, neither `{web.layer: dns}` nor `{not: {web.layer: dns}}`
holds, and the step isn't shown yet. Only `unknown` itself is always one or the other:
`{not: {web.cause: unknown}}` holds once the cause is known, whatever it is. In a table, a row that
isn't known doesn't count. Two values are compared only where both are known, and two times only
where the words of each name one.

What a value is compared with may be reckoned first: `times` a number, `plus` and `minus` a number
or another answer or fact in the same unit, in that order. To a time minutes or a duration are
added: `{back: {after: since, plus: lasts}}`. If `quota` is 1000, `{used: {less-than: quota, times:
0.9}}` holds for a `used` of less than 900; nine tenths are `0.9`, for `90` would be ninety times as
much. Values are the ones of earlier steps, as everywhere.

A condition that is needed more than once gets a name at the head of the checklist, and stands in
its place wherever a condition does, within others too:

```yaml
conditions:
  slow: {web.first-byte-ms: "> 3000"}
  slow-for-all: {all: [slow, {scope: all}]}
```
"""
_SECTIONS = """\
## Sections

A section is a file in `sections/` that begins with `section: its-name` and has `steps`.
`use: sections/contact` puts its steps in place, under the conditions of the `use`. What it `takes`
is given by `with`; `<name>` in its steps, in names too, stands for the value. It is filled in once,
when the file is read, so it fits keys, names and conditions: `<name>` is the author's word,
`{name}` the customer's answer. `{<name>}` says the answer to the question that was given.
"""
_DESK = """\
## What a department declares

`desk.yaml` beside the checklists lists queues, priorities and products once. A checklist in the
folder then names nothing else, staff read your words for them, and who can fix a finding fits what
the customer has: on shared hosting a 502 is yours to mend, on a virtual server the customer's. The
product comes from a question with `role: product` (its choices are products), else from the
checklist's `product:`, else from that of `desk.yaml`. Conditions on `web.fixer` read who it usually
is. A folder without the file takes any queue and the four priorities.

Where a product lists its `addresses`, `expect: product` in a check of a site tells a name that
leads to none of them. List every one, those of single customers too: what isn't there counts as
another server.
"""
_HOURS = """\
## Working hours

    hours:
      zone: Europe/Moscow
      week:
        mon-fri: 09:00-13:00, 14:00-18:00
        sat: 10:00-16:00
      holidays: [2026-12-31 to 2027-01-08, 2027-05-01]
      queues:
        servers: {week: {mon-sun: 08:00-22:00}, holidays: []}
      always:
        - {queue: servers, priority: urgent}

Times have a colon, `09:00` or `9:00`; a day ends at `24:00`.
With the setting `INTAKE_ANSWER_WITHIN_MINUTES` customers read by when somebody answers: so many
working minutes after sending, over breaks, nights, holidays and the nights when the clock is put
on or back. What stands in `always` is answered at any hour: here servers that are down. The moment
is fixed when the ticket is sent. Customers read it on their own clock, and where that isn't known
on yours, with the zone's name.
"""
_FACTS_OF_A_CHECK = """\
## Facts of a check

Conditions name them as `web.cause`, where `web` is the check's name. A fact that wasn't
measured is `unknown`. Those of `diagnose: mail` stand [below](#facts-of-a-check-of-mail).

| fact | of | means | values |
| --- | --- | --- | --- |"""
_FACTS_OF_MAIL = """\
## Facts of a check of mail

`diagnose: mail` measures who takes a domain's mail and whether it may be sent.

| fact | means | values |
| --- | --- | --- |"""
_FACTS_OF_A_LETTER = """\
## Facts of a returned letter

Conditions name them as `bounce.cause`, where `bounce` is a question of kind `letter`.
What the letter doesn't say, or what isn't a returned letter, is `unknown`.

| fact | means | values |
| --- | --- | --- |"""
_RUSSIAN = Path(__file__).parent / "reference_ru.yaml"
_PAGES: Mapping[Language, str] = {"en": "checklists.md", "ru": "checklists.ru.md"}


def checklists_page(language: Language = "en") -> str:
    """Return the page with its reference generated again; the rest of it is written by hand."""
    page = (_ROOT / "docs" / _PAGES[language]).read_text(encoding="utf-8")
    written, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{written}{_BEGIN}\n{Reference(language).text()}\n{_END}{after}"


class Reference:
    """
    The reference in one language.

    Texts without a translation are in English; a test reads their names from `missing`.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._words: Mapping[str, str] = load_catalogue(_RUSSIAN) if language == "ru" else {}
        self.missing: list[str] = []

    def say(self, name: str, english: str) -> str:
        """Return a text in this language, by its name; the English one if it isn't translated."""
        if self.language == "ru" and name not in self._words:
            self.missing.append(name)
        return self._words.get(name, english)

    def text(self) -> str:
        """Return the whole reference."""
        say = self.say
        steps = ("steps", say("steps", "the list of steps; see below"))
        of_section = ("steps", say("section-steps", "the list of its steps"))
        sources = _listed(f"`{source.value}`" for source in Source)
        parts = [
            say("heading", "# Reference\n"),
            say("texts", _TEXTS),
            say("values", _VALUES),
            self._table("The file", Head, steps, about=say("about-file", _ABOUT_FILE)),
            say("routing-words", _ROUTING_WORDS),
            say("words-of-steps", "Each step begins with one of these words, and its name:\n"),
            *(self._table(f"`{word}`", model) for word, model in STEP_MODELS.items()),
            say("hand-over", _HAND_OVER),
            self._kinds(),
            self._table("What an answer must be: `accept`", Accept),
            say("accept", _ACCEPT),
            self._table("Pictures", ImageFile, about=say("about-pictures", _ABOUT_PICTURES)),
            self._table("Links", Link, about=say("about-links", _ABOUT_LINKS)),
            say("conditions", _CONDITIONS),
            self._facts(),
            self._mail_facts(),
            self._letter_facts(),
            self._table("The ticket's rules", TicketRules),
            self._table("Rows of tables, and of `answer-from`", Row),
            say("sections", _SECTIONS),
            self._table("A section's file", SectionHead, of_section),
            say("desk", _DESK),
            self._table("The department's file: `desk.yaml`", SupportDesk),
            self._table("A product: one of `products`", Product),
            say("hours", _HOURS),
            self._table("Working hours: `hours`", WorkingHours),
            self._table("Other hours of a queue: one of `queues`", QueueHours),
            self._table("Day and night: one of `always`", AlwaysOpen),
            self._table("Tests: one of `tests`", Scenario),
            self._table("What a test expects: `expect`", Expect),
            say("sources", "The source of a line is one of") + f" {sources}.\n",
            self._limits(),
            say("messages", "# Messages\n"),
            say("about-messages", _ABOUT_MESSAGES),
            *self._messages(),
        ]
        return "\n".join(parts)

    # Keys

    def _table(
        self,
        title: str,
        model: type[BaseModel],
        *more: tuple[str, str],
        about: str | None = None,
    ) -> str:
        heading = title if title.startswith("`") else self.say(title, title)
        description = about or self.say(model.__name__, _sentence(model.__doc__))
        lines = [f"## {heading}", "", description, "", self.say("head", "| key | needed | means |")]
        lines += ["| --- | --- | --- |"]
        yes = self.say("yes", "yes")
        for name, field in model.model_fields.items():
            needed = yes if field.is_required() else self._default(field.default)
            meaning = self._meaning(f"{model.__name__}.{field.alias or name}", field)
            lines.append(f"| `{field.alias or name}` | {needed} | {meaning} |")
        lines += [f"| `{key}` | {yes} | {meaning} |" for key, meaning in more]
        return "\n".join([*lines, ""])

    def _meaning(self, name: str, field: FieldInfo) -> str:
        """Return a key's description, with its possible values if the description lacks them."""
        description = self.say(name, _sentence(field.description)).replace("|", "\\|")
        words = [str(word) for word in get_args(field.annotation) if isinstance(word, str)]
        if get_args(field.annotation) == tuple(KINDS):
            return f"{description}; {self.say('see-kinds', 'see [kinds](#kinds-of-answers)')}"
        if all(word in description for word in words):
            return description
        return f"{description}: {_listed(f'`{word}`' for word in words)}"

    def _default(self, value: Any) -> str:  # noqa: ANN401 - whatever a key holds
        if value is None or value is PydanticUndefined or value == ():
            return ""
        usually = self.say("usually", "usually")
        if isinstance(value, bool):
            return f"{usually} `{str(value).lower()}`"
        return f"{usually} `{', '.join(value) if isinstance(value, tuple) else value}`"

    def _kinds(self) -> str:
        quick = self.say("quick-picks", "quick picks, as answers of tests too:")
        rows = []
        for name, spec in KINDS.items():
            picks = _listed(f"`{pick}`" for pick in spec.quick_picks)
            summary = self.say(f"kind.{name}", spec.summary)
            rows.append(f"| `{name}` | {summary}{f'; {quick} {picks}' if picks else ''} |")
        title = self.say("kinds", "## Kinds of answers")
        head = self.say("head-kinds", "| kind | the answer |")
        return "\n".join([title, "", head, "| --- | --- |", *rows, ""])

    # Facts

    def _facts(self) -> str:
        lines = [self.say("facts", _FACTS_OF_A_CHECK)]
        for name, fact in FACTS.items():
            kinds, means = ", ".join(fact.kinds), self._means(fact)
            lines.append(f"| `{name}` | {kinds} | {means} | {self._values(name, fact)} |")
        names = _listed(f"`environment.{name}`" for name in Environment.model_fields)
        browser = self.say("browser", "The customer's own browser tells")
        return "\n".join([*lines, "", f"{browser} {names}.", ""])

    def _mail_facts(self) -> str:
        lines = [self.say("mail-facts", _FACTS_OF_MAIL)]
        for name, fact in facts_of("mail").items():
            lines.append(f"| `{name}` | {self._means(fact)} | {self._values(name, fact)} |")
        return "\n".join([*lines, ""])

    def _letter_facts(self) -> str:
        lines = [self.say("letter-facts", _FACTS_OF_A_LETTER)]
        for name, fact in LETTER_FACTS.items():
            listed = _listed(f"`{value}`" for value in fact.values or ())
            lines.append(f"| `{name}` | {self._means(fact)} | {listed or self._values('', fact)} |")
        return "\n".join([*lines, ""])

    def _means(self, fact: Fact) -> str:
        return fact.ru if self.language == "ru" else fact.en

    def _values(self, name: str, fact: Fact) -> str:
        if name in _FACTS_OF_FINDINGS:
            return self.say("codes", "[the codes of findings](findings.md)")
        if fact.values is not None:
            return _listed(f"`{value}`" for value in fact.values[:_MAX_VALUES])
        if not fact.is_number:
            return self.say("any-text", "any text")
        if not fact.unit:
            return self.say("a-number", "a number")
        return self.say("a-number-of", "a number of {unit}").format(unit=fact.unit)

    def _limits(self) -> str:
        say = self.say
        characters = say("characters", "characters")
        rows = {
            say("limit.file", "a file"): f"{MAX_BYTES // 1024} {say('kilobytes', 'KB')}",
            say("limit.steps", "steps, sections included"): MAX_STEPS,
            say("limit.text", "a text"): f"{MAX_TEXT} {characters}",
            say("limit.indentation", "levels of indentation"): MAX_DEPTH,
            say("limit.condition", "levels of a condition"): MAX_CONDITION_DEPTH,
            say("limit.pattern", "a pattern"): f"{MAX_PATTERN} {characters}",
            say("limit.matched", "an answer that a pattern is tried on"): (
                f"{MAX_MATCHED} {characters}"
            ),
            say("limit.answer", "an answer"): f"{MAX_ANSWER} {characters}",
            say("limit.files", "files of one answer"): MAX_FILES,
            say("limit.variants", "variants of one test (`for-each`)"): MAX_VARIANTS,
        }
        lines = [f"| {subject} | {limit} |" for subject, limit in rows.items()]
        title, head = say("limits", "## Limits"), say("head-limits", "| of | at most |")
        return "\n".join([title, "", head, "| --- | --- |", *lines, ""])

    # Messages

    def _messages(self) -> Iterator[str]:
        examples = _examples(self.language)
        heading, is_warning = self.say("topic", "Messages"), self.say("warning", "A warning.")
        for name, topic in topics().items():
            title = self.say(f"topic.{name}", topic.title)
            yield f"## {heading}: {title[0].lower()}{title[1:]}\n"
            for code in topic.codes:
                entry = registry()[code]
                warning = f" {is_warning}" if entry.severity == "warning" else ""
                yield f"### {code}\n\n{_message_text(entry.words[self.language])}.{warning}\n"
                if code in examples:
                    yield f"```\n{examples[code]}\n```\n"


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _message_text(template: str) -> str:
    """Return a message with its parameters as ‹names› and without `hint`."""
    # A doubled brace is a literal one: hide it while the parameters are replaced.
    text = re.sub(r"\{hint\}", "", template.replace("{{", "\0").replace("}}", "\1"))
    text = re.sub(r"\{(\w+)\}", r"‹\1›", text).replace("\0", "{").replace("\1", "}")
    return text[0].upper() + text[1:] if text[0] not in "‹'" else text


def _examples(language: Language) -> Mapping[str, str]:
    """Return an example for each code: a line with the mistake, a marker, and lint's output."""
    examples: dict[str, str] = {}
    for path in sorted(_BAD.rglob("*.txt"), key=_by_length):
        for file, line, column, code, words in _expected_messages(path):
            if code not in examples and (source := _source_line(_BAD / file, line)) is not None:
                mark = " " * (column - 1) + "^"
                examples[code] = "\n".join([source, mark, *_lint_output(code, words, language)])
    return examples


def _lint_output(code: str, words: str, language: Language) -> list[str]:
    """Return lint's output without what the message's own text says already."""
    message, _, suggestion = words.partition("\n")
    # The expected messages are stored in English; in Russian the line alone is shown.
    lines = [] if language != "en" or message == registry()[code].words["en"] else [message]
    is_line = registry()[code].topic == "yaml" and suggestion
    return [*lines, suggestion] if is_line else lines


def _by_length(path: Path) -> tuple[int, str]:
    """Sort short files of expected messages first: their checklists have a single mistake."""
    return len(path.read_text(encoding="utf-8")), path.name


def _expected_messages(path: Path) -> Iterator[tuple[str, int, int, str, str]]:
    entry = re.compile(r"(\S+\.yaml):(\d+):(\d+): \w+ ([a-z0-9-]+): (.*(?:\n    .*)?)")
    for match in entry.finditer(path.read_text(encoding="utf-8")):
        words = re.sub(r"\n    ( *\S.*)", r"\n\1", match[5])
        yield match[1], int(match[2]), int(match[3]), match[4], words


def _source_line(path: Path, number: int) -> str | None:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    line = lines[number - 1] if number <= len(lines) else ""
    return (
        line.replace("\t", "→") if line.strip() and line.replace("\t", "").isprintable() else None
    )
