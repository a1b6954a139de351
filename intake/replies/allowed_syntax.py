"""
The subset of Jinja for reply templates, and a check that a template keeps to it.

Values, conditions, loops over the given lists, a few filters. No calls, arithmetic, assignments or
macros: the remaining language always ends after a number of steps bounded by the template's length,
so a template can't hang a page or fill the memory (docs/decisions/0052).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

VALUES: Final = frozenset(
    {
        "reference", "subject", "brand", "name", "target", "addresses", "cause", "cause_code",
        "explanation", "remedy", "findings", "answers", "since", "measured_again", "staff",
    }
)  # fmt: skip
FILTERS: Final = frozenset(
    {"capitalize", "default", "first", "join", "last", "length", "lower", "trim", "upper"}
)
TESTS: Final = frozenset({"defined", "eq", "equalto", "in", "ne", "undefined"})
MAX_NESTED_LOOPS: Final = 2

_NODES: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.If, nodes.For, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.Const, nodes.CondExpr, nodes.List, nodes.Tuple, nodes.Keyword,
)  # fmt: skip

ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # plain text; the letter and the page escape it
    keep_trailing_newline=False,
)


@dataclass(frozen=True, slots=True)
class SyntaxMistake:
    """
    A place where a template leaves the subset; `line` counts from 1 inside the text.

    `kind` is a key of `messages.yaml`, `name` is the name that is wrong.
    """

    line: int
    kind: str
    name: str = ""


def find_syntax_mistakes(source: str) -> Iterator[SyntaxMistake]:
    """Yield everything in a template's text that isn't allowed, in order."""
    try:
        tree = ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        yield SyntaxMistake(error.lineno or 1, "syntax", str(error.message or ""))
        return
    except RecursionError:
        yield SyntaxMistake(1, "too-deep")
        return
    yield from sorted(_walk(tree, frozenset(), 0), key=lambda mistake: mistake.line)


def _walk(node: nodes.Node, locals_: frozenset[str], loops: int) -> Iterator[SyntaxMistake]:
    if not isinstance(node, _NODES):
        yield SyntaxMistake(node.lineno, "not-allowed", _name_of(node))
        return
    match node:
        case nodes.Name() if node.ctx == "load" and node.name not in VALUES | locals_:
            yield SyntaxMistake(node.lineno, "unknown-value", node.name)
        case nodes.Getattr() if node.attr.startswith("_") or _is_plain(node.node, locals_):
            yield SyntaxMistake(node.lineno, "not-allowed", node.attr)
        case nodes.Filter() if node.name not in FILTERS:
            yield SyntaxMistake(node.lineno, "unknown-filter", node.name)
        case nodes.Test() if node.name not in TESTS:
            yield SyntaxMistake(node.lineno, "unknown-test", node.name)
        case nodes.For():
            yield from _walk_loop(node, locals_, loops + 1)
            return
    for child in node.iter_child_nodes():
        yield from _walk(child, locals_, loops)


def _walk_loop(node: nodes.For, locals_: frozenset[str], loops: int) -> Iterator[SyntaxMistake]:
    if loops > MAX_NESTED_LOOPS or node.recursive:
        yield SyntaxMistake(node.lineno, "too-deep")
        return
    yield from _walk(node.iter, locals_, loops)
    names = {name.name for name in node.target.find_all(nodes.Name)}
    names |= {node.target.name} if isinstance(node.target, nodes.Name) else set()
    inner = locals_ | names | {"loop"}
    for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
        yield from _walk(child, inner, loops)


def _is_plain(node: nodes.Node, locals_: frozenset[str]) -> bool:
    """Check whether a value is a text or a list, whose attributes are Python methods."""
    return isinstance(node, nodes.Name) and node.name not in locals_ | {"answers"}


def _name_of(node: nodes.Node) -> str:
    """Return what the author wrote, as far as the node reveals it."""
    return _WRITTEN.get(type(node).__name__, type(node).__name__.lower())


_WRITTEN: Final = {
    "Call": "name(…)", "Assign": "set", "AssignBlock": "set", "Macro": "macro",
    "CallBlock": "call", "FilterBlock": "filter", "Include": "include", "Import": "import",
    "FromImport": "from", "Extends": "extends", "Block": "block", "Mul": "*", "Add": "+",
    "Sub": "-", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "Concat": "~",
    "Slice": "[:]", "With": "with", "Dict": "{…}", "Neg": "-", "Pos": "+",
}  # fmt: skip
