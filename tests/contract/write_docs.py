"""Writes docs/api.md: ``python -m tests.contract.write_docs``."""

import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.contract.paths import PATHS, WORDS, Given

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "docs" / "api.md"
LONG = 1_400
INTRODUCTION = """# The API

Written from `tests/contract/paths.py` by `python -m tests.contract.write_docs`; a test keeps it
fresh. The machine-readable form is `GET /api/schema` (OpenAPI 3.1), to browse at `/api/docs`.

## Rules for every path

- **Who**: `POST /login` gives a token; send it as `Authorization: Bearer <token>`, or the bare
  token. A browser uses its session with `X-CSRFToken`. Without either: 401. Only tokens that
  this server obtained itself are accepted; they end with the auth server's `exp`, after
  `AUTH_TOKEN_TTL` seconds, or with `POST /logout`.
- **Machines** (CRM, PPIC, scripts) have [service tokens](contract.md#service-accounts), made by an
  administrator under Setup → Service accounts, sent in the same header. Each is good for named verbs,
  paths, addresses and days; a call beyond them is 403, too many in a minute are 429.
- **Paths** are served with and without a trailing slash.
- **JSON**: members that are null are left out. Dates go out in UTC as ISO 8601 with `Z`. Coming
  in, names match in any letter case, unknown members are ignored, numbers may be strings, `""`
  is a null date or number. Money is exact: a JSON number, or a string for more than 15 digits.
- **Writing**: `id` absent, null or 0 creates; a known `id` changes only the members that were
  sent; an unknown one is 404. Lines in `items`: without `id` added, with `id` changed, with
  `deletedAt` removed; those that are absent stay. Times, numbers and actors are the server's.
- **Lists** are bare arrays of everything. `?limit=` (1 to 1000) and `?offset=` page them; the
  answer then has `X-Total-Count` and `Link`.
- **Races**: an answer about one record has an `ETag`; send it as `If-Match`, and a write that
  lost the race is 412.
- **Repeats**: send an `Idempotency-Key` with a POST or PUT; for 24 hours the same key and body
  get the first answer again, with `Idempotency-Replayed: true`; another body is 422.
- **Bodies** above 256 KiB need a `Content-Length`: 411 (`length_required`) for a chunked one. Each
  path has a largest size: 413.
- **Upstreams**: `X-Data-Stale: true` says that an upstream did not answer and older data, or
  none, stand in its place.
- **Errors** have one shape: `{"message", "code", "errors": {field: [..]}, "requestId"}`. 400
  malformed or invalid, 401, 403, 404, 405, 409 (`stale_revision`, `illegal_transition`,
  `already_decided`, `in_flight`), 411, 412, 413, 415, 422, 429 and 503 with `Retry-After`, 502
  (`upstream_invalid`, `blob_corrupt`).
"""
TITLES = {
    "login": "Login",
    "api": "Roles",
    "engineeringDetailProblems": "ECN and CCN",
}


def page() -> str:
    parts = [INTRODUCTION]
    for path, rows in groupby(PATHS, key=lambda given: given.path):
        parts.append(f"## `{_named(path)}`\n")
        parts += [_entry(given) for given in rows]
    return "\n".join(parts)


def _named(path: str) -> str:
    """Example ids by the names that readers know."""
    return re.sub(r"{(?:decided|roleId|processId|documentId)}", "{id}", path)


def _entry(given: Given) -> str:
    query = f"?{given.query}" if given.query else ""
    return (
        f"### {given.method} `{_named(given.path)}{query}`\n\n{given.does}\n\n"
        f"- Who: {given.whose or WORDS[given.who]}.\n- Better than before: {given.better}\n\n"
        f"{_example(given)}"
    )


def _example(given: Given) -> str:
    golden = json.loads((HERE / "golden" / f"{given.name}.json").read_text("utf-8"))
    if given.form:
        fields = " ".join(
            f"-F {name}={'@gambar.pdf' if value == '{file}' else repr(value)}"
            for name, value in given.form.items()
        )
        said = f"```sh\ncurl {fields}\n```\n\n"
    else:
        said = _said(given)
    head = "\n".join(
        [str(golden["status"])]
        + [f"{name}: {value}" for name, value in golden["headers"].items()]
    )
    body = golden.get("body")
    told = "" if body is None else f"\n\n{_short(body)}"
    return f"{said}```http\n{head}{told}\n```\n"


def _said(given: Given) -> str:
    return f"```json\n{_short(_plain(given.body))}\n```\n\n" if given.body else ""


def _plain(value: Any) -> Any:
    """The example ids as numbers."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return 1 if isinstance(value, str) and re.fullmatch(r"{\w+}", value) else value


def _short(value: Any) -> str:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    return text if len(text) <= LONG else f"{text[:LONG].rpartition(chr(10))[0]}\n …"


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
