"""Every page and every GET of the API over the records that are there: what crashes, and what takes long.

    python -m tests.crawl [--of-each 40] [--longest 5] [--person 1] [--sabotage]

``DATABASE_URL`` names a database, such as one that an import has filled; take a copy: the person of
``--person`` administers it afterwards, and what a look at a page notes is noted. It walks as that person: the pages of
``tests/journeys/places.py`` and of the administration, and every link on them, at most so many of each
route; and each route of the API with ids of what is there, from both ends. Upstreams answer as the
environment says, or not at all. Ends with 1 where an answer is a 5xx, or took longer than ``--longest``
seconds. ``--sabotage`` lets one page crash: the command must then fail.
"""

import argparse
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

LINK = re.compile(r"""(?:href|src|hx-get|data-src|action)="([^"#]+)""")
PARAMETER = re.compile(r"<(?:\w+:)?\w+>")
# What ends the session, or is a stream without an end.
LEFT_ALONE = ("/accounts/logout", "/live", "/static/", "/stream")
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
OF_FILES = {
    "documents/<int:pk>/<int:number>/file/",
    "documents/<int:pk>/<int:number>/view/",
    "documents/<int:pk>/<int:number>/image/",
    "documents/preview/<str:key>/",
    "supporttables/<int:pk>/download",
    "supporttables/download/<str:file_name>",
}
NOBODYS = 999_999
JOB, REQUEST = 51, 3


@dataclass
class Walked:
    """Addresses by route, and what was wrong."""

    of_each: int
    longest: float = 5.0
    asked: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: dict[str, tuple[float, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    # Damaged files: known, told with a sentence, and never handed out (docs/operations.md).
    not_handed_out: int = 0

    def takes(self, route: str) -> bool:
        """Whether there is room for one more of this route."""
        if self.asked[route] >= self.of_each:
            return False
        self.asked[route] += 1
        return True

    def note(self, route: str, url: str, status: int, took: float) -> None:
        """An answer."""
        self.statuses[status] += 1
        self.slowest[route] = max(self.slowest.get(route, (0.0, "")), (took, url))
        if status == 502 and route in OF_FILES and has_damaged_files():
            self.not_handed_out += 1
        elif status >= 500 or took > self.longest:
            self.faults.append(f"{status} {url} ({took:.1f} s)")


def walk(client: Any, walked: Walked, starts: Sequence[str]) -> None:
    """These addresses and every link on their pages, breadth first."""
    from tests.people import content_of  # noqa: PLC0415 - Django first

    waiting, seen = list(starts), set(starts)
    for url in waiting:
        route = route_of(url)
        if route is None or not walked.takes(route):
            continue
        began = time.perf_counter()
        answer = client.get(url, secure=True)  # plain HTTP is only sent on
        body = content_of(answer)
        walked.note(route, url, answer.status_code, time.perf_counter() - began)
        if "html" in answer.headers.get("Content-Type", ""):
            found = links(body.decode(errors="replace"), url)
            waiting += [link for link in found if link not in seen]
            seen.update(found)


def has_damaged_files() -> bool:
    """Whether EMS knows of any."""
    from supportdocs.models import DocumentVersion  # noqa: PLC0415 - Django first

    return DocumentVersion.objects.filter(is_damaged=True).exists()


def route_of(url: str) -> str | None:
    """The route that answers an address; None for what is left alone."""
    from django.urls import Resolver404, resolve  # noqa: PLC0415 - Django first

    path = urlsplit(url).path
    if path.startswith(LEFT_ALONE) or "/stream" in path:
        return None
    try:
        return str(resolve(path).route) or path
    except Resolver404:
        return None


def links(page: str, url: str) -> list[str]:
    """The addresses of this house on a page, each once."""
    whole = (urljoin(url, each.replace("&amp;", "&")) for each in LINK.findall(page))
    return list(dict.fromkeys(each for each in whole if each.startswith("/")))


def api_addresses(of_each: int) -> Iterator[str]:
    """Each route of the API that answers GET, with ids of what is there."""
    from tests.contract.routes import routes  # noqa: PLC0415 - Django first

    samples = ids_by_place(max(of_each // 2, 1))
    for route in routes():
        is_get = route.view is not None and "GET" in route.methods
        # One spelling of each; with a slash at its end, and in any letter case, it is the same view.
        if is_get and not route.pattern.endswith("/") and "^" not in route.pattern:
            yield from filled(route.pattern, samples)


def filled(pattern: str, samples: Sequence[tuple[str, list[Any]]]) -> Iterator[str]:
    """A route with each id in its first place; further places hold 1."""
    if not PARAMETER.search(pattern):
        yield pattern
        return
    ids = next(found for start, found in samples if pattern.startswith(start))
    for each in (*ids, NOBODYS):
        yield PARAMETER.sub("1", PARAMETER.sub(str(each), pattern, count=1))


def ids_by_place(number: int) -> list[tuple[str, list[Any]]]:
    """What stands in the first place of a route, by how the route begins; the first that fits counts."""
    from django.apps import apps  # noqa: PLC0415 - Django first

    def of(model: str, column: str = "pk") -> list[Any]:
        rows = apps.get_model(model)._default_manager.exclude(**{column: None})
        both = (rows.order_by("pk"), rows.order_by("-pk"))
        found = [
            each for one in both for each in one.values_list(column, flat=True)[:number]
        ]
        return list(dict.fromkeys(found))

    changes, tasks = of("engineering.ChangeNotice"), of("activities.Task")
    orders = of("engineering.ChangeNotice", "ext_purchase_order_id")
    activities = "/api/dashboard/activities/"
    return [
        ("/engineeringDetailProblems/byPoId/", orders),
        ("/engineeringDetailProblems/byMrId/", [REQUEST]),
        ("/engineering", changes),
        ("/api/ecn-page-detail-data/", changes),
        ("/api/tasks/byecnccnid/", changes),
        ("/bomapprovals/", of("bom.BomApproval", "ext_bom_leveled_id")),
        ("/api/userroles/byUserId/", of("accounts.User", "ext_id")),
        ("/api/userroles/", of("accounts.UserRole")),
        (f"{activities}task/", tasks),
        ("/api/dashboard/incharges/", tasks),
        ("/api/notifications/task/", tasks),
        (activities, of("activities.Activity")),
        ("/api/notifications/", of("notifications.Notification")),
        ("/supporttables/download/", of("supportdocs.FormerName", "name")),
        ("/supporttables/", of("supportdocs.SupportTable")),
        ("/api/support-engineering-documents/", [JOB]),
        ("/panelprocess/", of("engineering.PanelProcess")),
        ("/api/generations/", of("aianalyzer.InquiryAiGeneration")),
        ("/", [1]),
    ]


def every_page() -> list[str]:
    """Where the walk over the pages begins: also at pages of what is there."""
    from legacy.models import LegacyRow, LegacyRun  # noqa: PLC0415 - Django first
    from tests.journeys.places import (  # noqa: PLC0415 - Django first
        FOR_ADMINISTRATORS,
        PAGES,
        admin_lists,
    )

    rows = LegacyRow.objects.exclude(outcome=LegacyRow.Outcome.IMPORTED)
    keys = rows.order_by("pk").values_list("pk", flat=True)[:40]
    runs = LegacyRun.objects.values_list("pk", flat=True)[:5]
    return [
        *PAGES,
        *FOR_ADMINISTRATORS,
        *admin_lists(),
        *(f"/setup/switch/rows/{key}/" for key in keys),
        *(f"/setup/switch/runs/{key}/" for key in runs),
    ]


def everything(client: Any, walked: Walked) -> None:
    """The API, then the pages with what they link to."""
    for url in api_addresses(walked.of_each):
        walk(client, walked, [url])
    walk(client, walked, every_page())
    if not walked.statuses[200]:
        walked.faults.append("no address answered 200: nothing was looked at")


# --- The program --------------------------------------------------------------------


def main() -> int:
    """Print what was found; 0 where nothing crashed and nothing took long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of-each", type=int, default=40)
    parser.add_argument("--longest", type=float, default=5.0)
    parser.add_argument("--person", type=int, default=1, help="id of who walks")
    parser.add_argument("--sabotage", action="store_true", help="one page crashes")
    options = parser.parse_args()
    client = administrator(options.person)
    if options.sabotage:
        break_a_page()
    walked, began = Walked(options.of_each, options.longest), time.monotonic()
    everything(client, walked)
    sys.stdout.write("\n".join(report(walked, time.monotonic() - began)) + "\n")
    return bool(walked.faults)


def report(walked: Walked, seconds: float) -> Iterator[str]:
    """What was found, in lines."""
    slowest = sorted(walked.slowest.items(), key=lambda row: -row[1][0])
    for route, (took, url) in slowest[:10]:
        yield f"{took:6.2f} s  {route}  {url}"
    yield from (f"! {fault}" for fault in walked.faults)
    yield (
        f"{sum(walked.asked.values()):,} addresses of {len(walked.asked)} routes in"
        f" {seconds:.0f} s: {dict(sorted(walked.statuses.items()))};"
        f" {walked.not_handed_out} of damaged files, {len(walked.faults)} faults"
    )


def administrator(number: int) -> Any:
    """A browser of this person of the directory, who administers EMS from now on."""
    import django  # noqa: PLC0415 - the environment first

    os.environ["EMS_ADMINS"] = str(number)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ems.settings")
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - Django first
    from django.test import Client  # noqa: PLC0415 - Django first

    from core.accounts.models import User  # noqa: PLC0415 - Django first

    settings.ALLOWED_HOSTS.append("testserver")
    # Hashed names are made when an image is built; here the source files do.
    settings.STORAGES["staticfiles"]["BACKEND"] = PLAIN_STATIC
    person, _made = User.objects.get_or_create(
        ext_id=number, defaults={"username": f"crawl-{number}"}
    )
    User.objects.filter(pk=person.pk).update(is_superuser=True, is_active=True)
    client = Client(raise_request_exception=False)
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return client


def broken(*_words: object, **_named: object) -> None:
    """The planted fault: the page of a change crashes."""
    raise RuntimeError("sabotage")


def break_a_page() -> None:
    """Let every page of a change crash."""
    from engineering.views import changes  # noqa: PLC0415 - Django first

    setattr(changes, "note_opening", broken)  # noqa: B010 - it is no name of that module


if __name__ == "__main__":
    sys.exit(main())
