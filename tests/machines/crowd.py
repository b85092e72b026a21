"""People at work, on a machine of their own: ``python -m tests.machines.crowd FOLDER SECONDS SABOTAGE``.

Everything goes through the proxy. Each call is one line of ``FOLDER/calls.jsonl``. Who gets no
answer, or hears that the server is out of order, asks again with the same ``Idempotency-Key``; now
and then somebody does so although the first answer came. With the sabotage ``keys`` they take a new
key, so that the same is said twice.
"""

import itertools
import json
import re
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests  # noqa: TID251 - a client like any other, on its own machine

from tests.machines.company import ADDRESS, PROXY

PASSWORD = "panel-2026"  # of the sandbox's people
ROLES = {"hendi": (7, "spv"), "rina": (3, "manager"), "agus": (12, "pic")}
BOMS = range(700, 750)
PAGES = ("/", "/changes/", "/inbox/", "/bom/", "/documents/")
THINKS = 0.1
OUT_OF_ORDER = 500
LONGEST = 10.0  # seconds that a client waits for an answer
PATIENCE = 30.0  # seconds after which a person gives up
AGAIN = 5  # each so many words are sent twice


class Line:
    """One person's connection, and the note of every call."""

    def __init__(self, book: "Book", token: str = "") -> None:
        self.book = book
        self.session = requests.Session()
        self.session.verify = str(book.folder / PROXY / "site/fullchain.pem")
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(
        self, kind: str, method: str, path: str, body: Any = None, key: str = ""
    ) -> Any:
        """The answer once there is one; None for a person who gave up."""
        headers = {"Idempotency-Key": key} if key else {}
        began, tries = time.time(), 0
        while time.time() - began < PATIENCE:
            tries += 1
            answer = self._once(method, path, body, headers)
            if answer is not None and answer.status_code < OUT_OF_ORDER:
                self.book.note(kind, began, answer.status_code, tries)
                return answer
            time.sleep(THINKS)
            if self.book.forgets_keys and key:
                headers = {"Idempotency-Key": uuid.uuid4().hex}
        self.book.note(kind, began, 0, tries)
        return None

    def _once(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> requests.Response | None:
        with suppress(requests.RequestException):
            return self.session.request(
                method,
                ADDRESS + path,
                json=body,
                headers=headers,
                timeout=LONGEST,
                allow_redirects=False,
            )
        return None


class Book:
    """What happened, as lines of JSON."""

    def __init__(self, folder: Path, seconds: float, sabotage: str) -> None:
        self.folder, self.ends = folder, time.time() + seconds
        self.forgets_keys = sabotage == "keys"
        self.file = (folder / "calls.jsonl").open("a", encoding="utf-8")
        self.lock = threading.Lock()

    def note(
        self, kind: str, began: float, status: int, tries: int, **more: Any
    ) -> None:
        row = {
            "kind": kind,
            "at": began,
            "seconds": time.time() - began,
            "status": status,
            "tries": tries,
        }
        with self.lock:
            self.file.write(json.dumps(row | more) + "\n")
            self.file.flush()

    def turns(self) -> Iterator[int]:
        """Numbers until the time is over."""
        for number in itertools.count():
            if time.time() > self.ends:
                return
            yield number
            time.sleep(THINKS)


def main() -> None:
    """Log in, then work until the time is over."""
    folder, seconds, sabotage = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    book = Book(folder, seconds, sabotage)
    tokens = {name: token_of(book, name) for name in ("admin", *ROLES)}
    for user_id, role in ROLES.values():
        Line(book, tokens["admin"]).ask(
            "role", "POST", "/api/userroles", {"userId": user_id, "role": role}
        )
    change = raised(Line(book, tokens["agus"]))
    work: list[Callable[[], None]] = [
        lambda: talk(book, tokens["agus"], change),
        lambda: talk(book, tokens["rina"], change),
        lambda: decide(book, tokens),
        lambda: read(book, "rina"),
        lambda: read(book, "hendi"),
        lambda: listen(book, "agus"),
    ]
    book.ends = time.time() + seconds
    (folder / "ready").touch()
    threads = [threading.Thread(target=each, daemon=True) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads[:-1]:
        thread.join()


def token_of(book: Book, name: str) -> str:
    answer = Line(book).ask(
        "login", "POST", "/login", {"username": name, "password": PASSWORD}
    )
    token: str = answer.json()
    return token


def raised(line: Line) -> int:
    """The id of a change that people talk about."""
    body = {
        "typeEcnCcn": 0,
        "engineering": "Tambah metering",
        "detailProblem": "Diminta pelanggan",
        "extPurchaseOrderId": 202,
        "items": [{"extItemId": 1001, "qty": 2, "snapshotPrice": 1_250_000}],
    }
    return int(
        line.ask("raise", "POST", "/engineeringDetailProblems", body).json()["id"]
    )


def talk(book: Book, token: str, change: int) -> None:
    """Say something each turn; each fifth time twice, as after an answer that got lost."""
    line = Line(book, token)
    for turn in book.turns():
        text, key = f"kata {uuid.uuid4().hex}", uuid.uuid4().hex
        said = {"record": f"change:{change}", "text": text}
        began = time.time()
        answer = line.ask("comment", "POST", "/api/comments", said, key)
        if answer is not None and answer.ok:
            book.note("said", began, answer.status_code, 1, text=text)
        if turn % AGAIN == 0:
            again = uuid.uuid4().hex if book.forgets_keys else key
            line.ask("again", "POST", "/api/comments", said, again)


def decide(book: Book, tokens: dict[str, str]) -> None:
    """Put BOMs up and approve them as their two PICs."""
    lines = {name: Line(book, token) for name, token in tokens.items()}
    pics = [{"extUserId": ROLES[name][0]} for name in ("rina", "agus")]
    for _turn, bom in zip(book.turns(), BOMS, strict=False):
        body = {"extBomLeveledId": bom, "pics": pics}
        opened = lines["hendi"].ask(
            "open", "POST", "/bomapprovals", body, uuid.uuid4().hex
        )
        if opened is None or not opened.ok:
            continue
        for name in ("rina", "agus"):
            shown = {key: opened.json()[key] for key in ("revision", "digest")}
            answer = lines[name].ask(
                "decide",
                "POST",
                f"/bomapprovals/{bom}/decision",
                shown | {"status": 1},
                uuid.uuid4().hex,
            )
            if answer is not None and answer.ok:
                book.note("approved", time.time(), 200, 1, bom=bom, by=name)


def logged_in(book: Book, name: str) -> Line:
    """A browser with a session."""
    line = Line(book)
    page = line.ask("login page", "GET", "/accounts/login/")
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    data = {
        "username": name,
        "password": PASSWORD,
        "csrfmiddlewaretoken": found[1] if found else "",
    }
    line.session.post(
        ADDRESS + "/accounts/login/",
        data=data,
        headers={"Referer": ADDRESS},
        allow_redirects=False,
    )
    return line


def read(book: Book, name: str) -> None:
    """Open pages, one after the other."""
    line = logged_in(book, name)
    for turn in book.turns():
        line.ask("page", "GET", PAGES[turn % len(PAGES)])


def listen(book: Book, name: str) -> None:
    """Keep a live stream open, note each message, and open it again when it ends."""
    line = logged_in(book, name)
    for _turn in book.turns():
        with (
            suppress(requests.RequestException),
            line.session.get(
                ADDRESS + "/live", stream=True, timeout=LONGEST * 3
            ) as stream,
        ):
            for row in stream.iter_lines(chunk_size=1):
                if row.startswith(b"data:"):
                    book.note("message", time.time(), stream.status_code, 1)


if __name__ == "__main__":
    main()
