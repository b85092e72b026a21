"""The palette among many records of each kind.

    python -m benchmarks.palette --database sqlite:////tmp/palette.sqlite3
    python -m benchmarks.palette --database postgres://postgres@127.0.0.1/palette

Times are medians of 30 calls in milliseconds, in one process through Django's whole stack without a socket, of
what the palette asks for while somebody types. The database is filled on the first run and kept for the next.
"""

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.changes import get, set_up, timed

GOAL = 100
WORDS = {
    "nothing yet": "",
    "one letter": "g",
    "two letters": "ga",
    "beginning of half the names": "ganti",
    "beginning of a number": "ecn-b-00999",
    "whole number of a change": "ecn-b-0099950",
    "number of a BOM": "1099950",
    "name of one BOM": "bom lvmdp gudang 77777",
    "word of one record": "lv0042",
    "two words, one rare": "busbar 77778",
    "word of a twelfth of all documents": "ayar",
    "words that fit none": "qzxv jkwq",
    "page or verb": "rencana",
}


def main() -> None:
    """Fill, measure, print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    set_up(options.database)
    from django.db import connection

    fill(options.rows)
    print(f"\n{connection.vendor}, {options.rows:,} records of each kind\n")
    print("| typed | median | 95 % | queries |\n|---|---|---|---|")
    slowest = 0.0
    for name, call in calls():
        median, late, queries = timed(call)
        slowest = max(slowest, late)
        print(f"| {name} | {median:.1f} ms | {late:.1f} ms | {queries} |", flush=True)
    print(f"\nslowest 95 %: {slowest:.1f} ms, goal {GOAL} ms")


def fill(count: int) -> None:
    """Bring changes, BOMs, activities, documents and jobs to ``count`` each."""
    from benchmarks import activities, bom, changes, documents
    from bom.models import BomApproval
    from supportdocs.models import SupportJob

    changes.fill(count)
    bom.fill(count)
    for row in BomApproval.objects.filter(search_text="").iterator():
        row.set_name(row.name, row.genesis_ext_id)
        BomApproval.objects.filter(pk=row.pk).update(search_text=row.search_text)
    activities.fill(count)
    documents.fill(count)
    have = SupportJob.objects.count()
    SupportJob.objects.bulk_create(
        (
            SupportJob(job_id=place, job_name=f"LVMDP Gedung {place}")
            for place in range(have, count)
        ),
        batch_size=2000,
    )
    changes.analyse()


def calls() -> list[tuple[str, Callable[[], None]]]:
    """What is typed, and the request that follows."""
    from django.test import Client

    from core.accounts.models import User

    client: Any = Client()
    client.force_login(User.objects.get(username="rina"))
    paths = {name: f"/search/palette/?q={text}" for name, text in WORDS.items()}
    paths["the page, two words"] = "/search/?q=busbar+77778"
    paths["the API, two words"] = "/api/search?q=busbar+77778"
    return [(name, partial(get, client, path)) for name, path in paths.items()]


if __name__ == "__main__":
    main()
