"""Compares two running portals, request by request in turns, so that both meet the same noise.

Start an older and a newer checkout with `run backend dev`, each on a port of its own with a fresh demo
company, then::

    python -m benchmarks.pairs http://localhost:8001 http://localhost:8002

For each page it prints the medians in milliseconds, and the median of newer/older over the pairs:
below 1 the newer one is faster.
"""

import argparse
import re
import statistics
import sys
import time

import requests

PATHS = (
    "/",
    "/inbox/",
    "/changes/",
    "/changes/64/",
    "/bom/",
    "/bom/700/",
    "/activities/",
    "/documents/",
    "/reports/done/",
    "/engineeringDetailProblems",
    "/bomapprovals",
)
PASSWORD = "panel-2026"  # of the demo company


def log_in(url: str) -> requests.Session:
    """Return a session of the manager."""
    session = requests.Session()
    page = session.get(f"{url}/accounts/login/", timeout=30).text
    key = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert key, page[:300]
    form = {"username": "rina", "password": PASSWORD, "csrfmiddlewaretoken": key[1]}
    session.post(f"{url}/accounts/login/", data=form, timeout=30).raise_for_status()
    token = session.post(f"{url}/login", json=form, timeout=30)
    session.headers["Authorization"] = f"Bearer {token.json()}"
    return session


def timed(session: requests.Session, address: str) -> float:
    """Return the milliseconds of one request."""
    began = time.perf_counter()
    answer = session.get(address, timeout=60)
    assert answer.status_code == 200, (address, answer.status_code)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", nargs=2, metavar="URL")
    parser.add_argument("--times", type=int, default=60)
    options = parser.parse_args()
    sessions = [log_in(url) for url in options.urls]
    for path in PATHS:
        pairs = []
        for turn in range(options.times + 5):
            order = (0, 1) if turn % 2 else (1, 0)
            found = {n: timed(sessions[n], options.urls[n] + path) for n in order}
            pairs.append((found[0], found[1]))
        pairs = pairs[5:]  # the first ones fill caches
        older, newer = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(new / old for old, new in pairs)
        sys.stdout.write(f"{path:<36}{older:8.1f}{newer:8.1f}{ratio:8.2f}\n")


if __name__ == "__main__":
    main()
