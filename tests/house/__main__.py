"""Prints the code metrics with their bounds; exits with 1 if one is broken."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.house import loading, naming, shape
from tests.house.source import SourceFile, source_files

MAX_DESCENT = 3
MAX_FUNCTION_LINES = 60
MAX_VAGUE_LOCALS = 0
# Every machine imports the same modules, so these bounds are close to the current numbers.
MAX_COMMAND_MODULES = 165
MAX_PACKET_MODULES = 420
MAX_JOURNEY_MODULES = 490
# Ratios to `import pydantic`, which everything here needs, measured in the same run. They vary by
# half on a busy machine, so they only catch an import that costs another second.
MAX_JOURNEY_IMPORT = 20.0
MAX_COMMAND_IMPORT = 6.0
_MAX_PRINTED = 200  # offenders of one figure


class Figure(NamedTuple):
    """One metric: its name, value, bound, and the places that break it."""

    name: str
    value: str
    bound: str
    offenders: Sequence[str] = ()
    is_kept: bool = True


def count(name: str, offenders: Sequence[str], most: int = 0) -> Figure:
    """Return the figure that counts offenders, of which `most` are allowed."""
    return Figure(name, str(len(offenders)), f"≤ {most}", offenders, len(offenders) <= most)


def shape_figures(files: Sequence[SourceFile]) -> Iterator[Figure]:
    """Yield the figures that are computed from the source."""
    chains = shape.inheritance_chains(files)
    deepest = max((len(chain) for chain in chains.values()), default=0)
    yield Figure(
        "classes of our own in one line of descent",
        str(deepest),
        f"≤ {MAX_DESCENT}",
        [" → ".join(chain) for chain in chains.values() if len(chain) > MAX_DESCENT],
        deepest <= MAX_DESCENT,
    )
    yield count("circles of imports", shape.import_cycles())
    yield count("files over 300 lines without a reason", shape.long_files(files))
    sizes = shape.function_sizes(files)
    yield count(
        f"functions over {MAX_FUNCTION_LINES} lines",
        [f"{place}: {size}" for place, size in sizes.items() if size > MAX_FUNCTION_LINES],
    )
    yield count("public names to avoid", naming.dialect_names(files))
    yield count("names of two classes", naming.shared_class_names(files))
    yield count("vague local names", naming.vague_locals(files), MAX_VAGUE_LOCALS)


def loading_figures() -> Iterator[Figure]:
    """Yield the figures about imports, measured in fresh interpreters."""
    serving = "; ".join(f"import {module}" for module in loading.SERVING)
    yield count(
        "modules that serving customers must not load",
        loading.loaded_of(loading.MUST_NOT_SERVE, serving),
    )
    base = loading.cpu_seconds("import pydantic")
    yield _ratio("import intake.journey", "import intake.journey", base, MAX_JOURNEY_IMPORT)
    yield _ratio("import of the command", "import intake.cli", base, MAX_COMMAND_IMPORT)
    yield _module_count("intake.cli", MAX_COMMAND_MODULES)
    # A diagnosis imports these before its first packet, and others while it waits for packets.
    yield _module_count("diagnostics.plan", MAX_PACKET_MODULES)
    yield _module_count("intake.journey", MAX_JOURNEY_MODULES)


def _module_count(module: str, most: int) -> Figure:
    loaded = len(loading.modules_after(f"import {module}"))
    return Figure(f"modules behind {module}", str(loaded), f"≤ {most}", (), loaded <= most)


def _ratio(name: str, code: str, base_s: float, most: float) -> Figure:
    seconds = loading.cpu_seconds(code)
    value = f"{seconds / base_s:.1f} x `import pydantic` ({seconds:.2f} s CPU)"
    return Figure(name, value, f"≤ {most} x", (), seconds <= base_s * most)


def main() -> int:
    """Print every figure; return 1 if a bound is broken."""
    files = source_files()
    are_kept = True
    for figure in (*shape_figures(files), *loading_figures()):
        mark = "kept" if figure.is_kept else "BROKEN"
        print(f"{mark:7}{figure.name}: {figure.value} ({figure.bound})")
        if not figure.is_kept:
            are_kept = False
            for offender in figure.offenders[:_MAX_PRINTED]:
                print(f"         {offender}")
    return 0 if are_kept else 1


if __name__ == "__main__":
    sys.exit(main())
