"""What the rules find in the written set of documents: precision and recall per half and kind.

    python -m benchmarks.facts [--errors]

The goal is that of numbers with units: precision 0.98, recall 0.95, in both halves. ``--errors`` names
what is wrong and what was missed in the tuning half; the other is for the score alone, so that the rules are not made
to fit it.
"""

import argparse
import sys

from aianalyzer.tests.facts_score import documents, tallies

MEASURES = {
    "numbers": "numbers with units",
    "joined": "the same, with their panel",
    "others": "all other facts",
}
PRECISION, RECALL = 0.98, 0.95


def main() -> None:
    """Print the table and say whether the goal is met."""
    given = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given.add_argument("--errors", action="store_true")
    errors = "tuning" if given.parse_args().errors else ""
    result = tallies(documents())
    print("| half | measure | kind | answers | found | precision | recall |")
    print("|---|---|---|---|---|---|---|")
    is_met = True
    for (measure, half, kind), tally in sorted(
        result.items(),
        key=lambda row: (row[0][1], list(MEASURES).index(row[0][0]), row[0][2]),
    ):
        if kind and measure != "numbers":
            continue
        print(
            f"| {half} | {MEASURES[measure]} | {kind or 'all'} | {tally.wanted} | {tally.found}"
            f" | {tally.precision:.3f} | {tally.recall:.3f} |"
        )
        if measure == "numbers" and not kind:
            is_met &= tally.precision >= PRECISION and tally.recall >= RECALL
    for measure in MEASURES if errors else ():
        tally = result[measure, errors, ""]
        print(
            "\n".join(
                [
                    f"\n{measure}, wrong:",
                    *tally.wrong,
                    f"\n{measure}, missed:",
                    *tally.missed,
                ]
            )
        )
    sys.exit(0 if is_met else 1)


if __name__ == "__main__":
    main()
