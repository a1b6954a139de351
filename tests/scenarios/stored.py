"""A scenario on disk: `observations.json`, and `expected.txt` with the verdict and every code."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from diagnostics import Options, Report
from diagnostics.observations import Observation
from diagnostics.rules import Evidence, conclude
from diagnostics.targets import Target

FOLDER = Path(__file__).parent
_MANY: TypeAdapter[tuple[Observation, ...]] = TypeAdapter(tuple[Observation, ...])


@dataclass(frozen=True)
class Scenario:
    """What was seen of one target, and what must be said of it."""

    name: str
    target: Target
    kind: Any
    expect_addresses: tuple[str, ...]
    observations: tuple[Observation, ...]
    expected: tuple[str, ...]

    @property
    def codes(self) -> frozenset[str]:
        """Every code that must be there, as a cause or as what one explains."""
        return frozenset(line.split()[-1] for line in self.expected[1:])

    def conclude(self, observations: tuple[Observation, ...] | None = None) -> tuple[str, ...]:
        """Return the verdict and every code, in order, with severity and what it explains."""
        verdict, findings = conclude(self.evidence(observations))
        lines = [str(verdict)]
        for one in findings:
            lines.append(f"{one.severity} {one.code}")
            lines += [f"  {other.severity} {other.code}" for other in one.consequences]
        return tuple(lines)

    def evidence(self, observations: tuple[Observation, ...] | None = None) -> Evidence:
        """Return what the rules read."""
        return Evidence(
            self.target,
            self.kind,
            self.observations if observations is None else observations,
            tuple(ip_address(one) for one in self.expect_addresses),
        )


def load(folder: Path) -> Scenario:
    told = json.loads((folder / "observations.json").read_text(encoding="utf-8"))
    return Scenario(
        name=folder.name,
        target=Target(**told["target"]),
        kind=told["kind"],
        expect_addresses=tuple(told["expect_addresses"]),
        observations=_MANY.validate_python(told["observations"]),
        expected=tuple((folder / "expected.txt").read_text(encoding="utf-8").splitlines()),
    )


def load_all() -> list[Scenario]:
    return [load(file.parent) for file in sorted(FOLDER.glob("*/observations.json"))]


def store(name: str, report: Report, options: Options) -> None:
    """Write what was seen; the expectation only where there is none yet: a person judges that."""
    folder = FOLDER / name
    folder.mkdir(exist_ok=True)
    told = {
        "target": asdict(report.target),
        "kind": report.kind,
        "expect_addresses": [str(one) for one in options.expect_addresses],
        "observations": [
            one.model_dump(mode="json", exclude_defaults=True) | {"probe": one.probe}
            for one in report.observations
        ],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (folder / "observations.json").write_text(f"{text}\n", encoding="utf-8")
    expected = folder / "expected.txt"
    if not expected.exists():
        lines = load_unjudged(folder)
        expected.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load_unjudged(folder: Path) -> tuple[str, ...]:
    """What the rules say now."""
    (folder / "expected.txt").touch()
    return load(folder).conclude()
