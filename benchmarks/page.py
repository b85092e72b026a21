"""The page of ``python -m benchmarks``: what each part printed, and how it grows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

GROWTH_GOAL = 1.3
MILLISECONDS = re.compile(r"^([\d,.]+) ms$")
SHORTEST = 1.0  # ms: below it a ratio says more about the clock than about us


@dataclass(frozen=True, slots=True)
class Part:
    """One run: what was measured, on which database, with how many rows, and what it printed."""

    name: str
    vendor: str
    size: int
    text: str

    @property
    def medians(self) -> dict[str, float]:
        """Milliseconds by the name of the row: the first column of a table that is a time."""
        found = {}
        for line in self.text.splitlines():
            name, *cells = [cell.strip() for cell in line.strip("| ").split("|")]
            times = [match[1] for cell in cells if (match := MILLISECONDS.match(cell))]
            if line.startswith("|") and times:
                found[name] = float(times[0].replace(",", ""))
        return found


def page(parts: list[Part], machine: str, began: datetime) -> str:
    """The whole page in Markdown."""
    head = [
        "# Speed, in one run",
        "",
        f"Made by `python -m benchmarks` on {began:%Y-%m-%d}, {began:%H:%M} UTC. {machine}.",
        "",
        "Ratios to floors and to a smaller size hold on a busy machine, too; times do not.",
    ]
    return "\n".join([*head, *growth(parts), *tables(parts), ""])


def growth(parts: list[Part]) -> Iterator[str]:
    """For each part that was measured at two sizes: the largest beside the smallest."""
    for name, vendor in dict.fromkeys((part.name, part.vendor) for part in parts):
        mine = [part for part in parts if (part.name, part.vendor) == (name, vendor)]
        small, large = mine[0], mine[-1]
        ratios = grown(small, large)
        if small.size == large.size or not ratios:
            continue
        yield f"\n## Growth: {name}, {vendor}, {small.size:,} to {large.size:,} rows\n"
        yield "| what | small | large | ratio | goal ≤ 1.3 |\n|---|---|---|---|---|"
        for what, (before, after, ratio) in ratios.items():
            said = "yes" if ratio <= GROWTH_GOAL else "**no**"
            yield f"| {what} | {before:.1f} ms | {after:.1f} ms | {ratio:.2f} | {said} |"
        yield from chart([ratio for _before, _after, ratio in ratios.values()])


def grown(small: Part, large: Part) -> dict[str, tuple[float, float, float]]:
    """Rows of both sizes: time before, time after, and how many times as long."""
    before, after = small.medians, large.medians
    return {
        name: (
            before[name],
            after[name],
            max(after[name], SHORTEST) / max(before[name], SHORTEST),
        )
        for name in before
        if name in after
    }


def chart(ratios: list[float]) -> Iterator[str]:
    """One bar a row of the table above, in its order; the line is the goal."""
    places = ", ".join(f'"{place}"' for place in range(1, len(ratios) + 1))
    bars = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    goal = ", ".join([str(GROWTH_GOAL)] * len(ratios))
    yield "\n```mermaid\nxychart-beta"
    yield f"    x-axis [{places}]"
    yield f'    y-axis "times as long" 0 --> {max(2.0, *ratios):.1f}'
    yield f"    bar [{bars}]"
    yield f"    line [{goal}]\n```"


def tables(parts: list[Part]) -> Iterator[str]:
    """What each run printed."""
    for part in parts:
        yield f"\n## {part.name}, {part.vendor}, {part.size:,} rows\n\n{part.text.strip()}"
