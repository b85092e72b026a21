"""No request, however hostile, is a crash, and both databases say the same (docs/threats.md#t64)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.views import APIView

from core.accounts.api import UserRolesEndpoint
from core.http import parsers
from tests.contract.paths import PATHS, Given, filled
from tests.contract.world import World, make_world, reset_sequences, undone
from tests.people import Caller, Cast, told
from tests.security.authz import PORTAL
from tests.security.page import Page
from tests.security.seeds import BODIES, IDS, PARAMETERS, QUERIES, VALUES

STATUSES = Path(__file__).parent / "statuses.json"
WRITES = [given for given in PATHS if given.body is not None]
WITH_ID = sorted({given.path for given in PATHS if "{" in given.path})
REFUSALS = {400, 413}
QUIET = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def _first_ids(db: None) -> None:
    """The same ids on both databases: an id that is sent may be one that exists."""
    reset_sequences()


@pytest.fixture
def world(_first_ids: None, cast: Cast) -> World:
    """Something to break."""
    return make_world(cast)


def sender(world: World, by: str = "admin") -> Caller:
    """A client to which a crash is a status."""
    return world.cast.api("admin" if by == "anon" else by, strict=False)


# --- Whole bodies ------------------------------------------------------------------


def test_a_body_that_hurts_is_400_everywhere(world: World) -> None:
    caller, found = sender(world), []
    for given_path in WRITES:
        url = world.path(given_path.path)
        for name, body in BODIES.items():
            with undone():
                answer = caller.call(given_path.method, url, body)
            if answer.status_code not in REFUSALS:
                found.append(f"{given_path.method} {url} {name}: {answer.status_code}")
            elif answer.status_code in REFUSALS:
                assert told(answer)["code"] in {"invalid", "too_large"}
    assert not found, "\n".join(found)


def test_a_body_beyond_the_limit_is_413(world: World, settings: Any) -> None:
    limit = settings.JSON_MAX_BYTES
    body = b'{"engineering": "' + b"x" * limit + b'"}'
    for given_path in WRITES:
        if given_path.name == "photo-add":
            continue
        answer = sender(world).call(
            given_path.method, world.path(given_path.path), body
        )
        assert answer.status_code == 413, (given_path, told(answer))


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/json;;;",
        "multipart/form-data",
        "multipart/form-data; boundary=\u00e9",
        "text/html",
        "x",
        "",
        "a" * 5_000,
    ],
)
def test_a_strange_content_type_is_400_or_415(world: World, kind: str) -> None:
    caller = sender(world)
    for given_path in WRITES:
        with undone():
            answer = caller.call(
                given_path.method, world.path(given_path.path), b"--x", None, kind
            )
        assert answer.status_code in {400, 415}, (given_path, answer.status_code)


def test_many_parts_are_400(world: World) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n1\r\n'
    for body in (part * 7_000 + b"--x--", file * 20 + b"--x--"):
        answer = sender(world).call(
            "POST",
            world.path("/engineeringDetailProblems/{id}/photo"),
            body,
            None,
            "multipart/form-data; boundary=x",
        )
        assert answer.status_code == 400


# --- One member at a time ----------------------------------------------------------


def members(given_path: Given, ids: dict[str, int]) -> Iterator[tuple[str, Any]]:
    """Each member of an example's body, with a function that puts another value there."""
    body = filled(given_path.body, ids)
    rows = body if isinstance(body, list) else [body]
    for name in rows[0] if rows else ():
        yield name, lambda value, name=name: _with(body, name, value)
    if given_path.name == "change-raise":
        for name in ("id", "qty", "snapshotPrice", "snapshotDate", "partNumber"):
            yield f"items.{name}", lambda value, name=name: {"items": [{name: value}]}
        for name in ("approvals", "status", "hasPo", "marginBefore", "deletedAt"):
            yield name, lambda value, name=name: {"engineering": "x", name: value}


def _with(body: Any, name: str, value: Any) -> Any:
    if isinstance(body, list):
        return [{**body[0], name: value}]
    return {**body, name: value}


def statuses_of_members(world: World) -> dict[str, dict[str, int]]:
    """What every member of every example makes of every hostile value."""
    found: dict[str, dict[str, int]] = {}
    for given_path in WRITES:
        if given_path.name == "login":  # throttled; see test_login_throttle.py
            continue
        caller, url = sender(world, given_path.by), world.path(given_path.path)
        for name, put in members(given_path, world.ids):
            row = found.setdefault(f"{given_path.name}.{name}", {})
            for label, value in VALUES.items():
                with undone():
                    body = json.dumps(put(value)).encode()
                    row[label] = caller.call(given_path.method, url, body).status_code
    return found


def test_every_member_says_the_same_on_both_databases(
    world: World, request: pytest.FixtureRequest, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 2**20
    found = statuses_of_members(world)
    crashes = [
        f"{member} {label}: {status}"
        for member, row in found.items()
        for label, status in row.items()
        if status >= 500
    ]
    assert not crashes, "\n".join(crashes)
    if request.config.getoption("--update-golden", default=False):
        STATUSES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(STATUSES.read_text(encoding="utf-8"))


def test_what_is_stored_comes_back_as_it_was_sent(world: World) -> None:
    caller = sender(world)
    for text in (VALUES["sql"], VALUES["template"], VALUES["markup"], VALUES["emoji"]):
        body = {"engineering": text, "detailProblem": text}
        made = caller.write("/engineeringDetailProblems", body)
        assert made["engineering"] == made["detailProblem"] == text


# --- Queries and paths ---------------------------------------------------------------


def queries() -> Iterator[str]:
    """Every parameter that we read, with every hostile value."""
    for path, names in PARAMETERS.items():
        for name in names:
            for value in QUERIES:
                yield f"{path}?{name}={value}"


def test_no_query_is_a_crash(world: World) -> None:
    pages = world.cast.browser("admin", raise_request_exception=False)
    found = []
    for url in queries():
        status = pages.call("GET", url).status_code
        if status not in {200, 302, 400, 404}:
            found.append(f"{url[:120]}: {status}")
    assert not found, "\n".join(found)


def test_a_nul_in_a_query_is_400_on_every_page(world: World) -> None:
    pages = world.cast.browser("admin", raise_request_exception=False)
    for path in PARAMETERS:
        assert pages.call("GET", f"{path}?x=%00").status_code == 400


def test_a_doubled_parameter_of_the_api_is_400(world: World) -> None:
    caller = sender(world)
    for path, names in PARAMETERS.items():
        if path.startswith(("/engineering", "/panel", "/done", "/api/dash")):
            for name in names:
                refused = caller.read(f"{path}?{name}=1&{name}=2", 400)
                assert refused["errors"].keys() == {name}


def test_an_id_that_is_none_is_404(world: World) -> None:
    caller, found = sender(world), []
    for template in WITH_ID:
        for key in IDS:
            url = template.replace(template[template.index("{") :].split("/")[0], key)
            for method in ("GET", "POST", "PUT", "DELETE"):
                with undone():
                    answer = caller.call(method, url, None)
                if answer.status_code not in _expected(template, method):
                    found.append(f"{method} {url[:90]}: {answer.status_code}")
    assert not found, "\n".join(found)


def _expected(template: str, method: str) -> set[int]:
    """A list of what belongs to an unknown id is empty; a body is asked for first."""
    is_of = "/by" in template or "/task/" in template
    is_list = is_of and "byUserId" not in template and method == "GET"
    return {200, 400, 404, 405} if is_list else {400, 403, 404, 405}


def test_a_path_of_the_portal_with_a_strange_id_is_404(world: World) -> None:
    pages = world.cast.browser("admin", raise_request_exception=False)
    for page in PORTAL.values():
        if "{" in page.path:
            for key in IDS:
                url = page.path.replace("{id}", key).replace("{fileId}", key)
                url = url.replace("{noticeId}", key)
                status = pages.call("GET", url).status_code
                assert status in {400, 403, 404, 405}, (url[:80], status)
    for root in ("/admin/engineering/changenotice/", "/admin/accounts/user/"):
        for key in (*IDS[:-1], "_5F", "..", "%2e%2e", "_" * 300):
            for end in ("change/", "history/", "delete/"):
                status = pages.call("GET", f"{root}{key}/{end}").status_code
                assert status in {302, 400, 403, 404}, (root, key[:40], end, status)


# --- Forms -------------------------------------------------------------------------

TELLING = (
    "nul",
    "huge",
    "text of 5000 digits",
    "beyond 64 bits",
    "vast",
    "nan in words",
    "other digits",
    "long",
    "markup",
    "year 10000",
)
FORM_VALUES = {label: str(VALUES[label]) for label in TELLING}


def forms() -> Iterator[tuple[Page, str]]:
    """Every field of every form of the portal."""
    for page in PORTAL.values():
        for name in page.form:
            if page.form[name] != "{file}":
                yield page, name


def test_no_form_is_a_crash(world: World) -> None:
    pages, found = world.cast.browser("rina", raise_request_exception=False), []
    facts = {**world.ids, "digest": world.change.digest}
    for page, field in forms():
        form = {name: str(v).format_map(facts) for name, v in page.form.items()}
        for label, value in FORM_VALUES.items():
            with undone():
                answer = pages.post(
                    page.path.format_map(
                        facts
                        | {"fileId": 1, "noticeId": 1, "exportId": 1, "returnedId": 1}
                    ),
                    form | {field: value},
                )
            if answer.status_code >= 500:
                found.append(f"{page.path} {field} {label}: {answer.status_code}")
    assert not found, "\n".join(found)


def test_no_form_of_the_admin_is_a_crash(world: World) -> None:
    pages, found = world.cast.browser("rina", raise_request_exception=False), []
    pk, digest = world.ids["id"], world.change.digest
    root = "/admin/engineering/changenotice/"
    base = {"status": "1", "remark": "x", "shown": f"{pk}:1:{digest}"}
    more = {"\u00b2:1:x", "1:\u00b2:x", f"{'9' * 5_000}:1:x", "::", "1", "a:b:c"}
    for name in base:
        for value in {*FORM_VALUES.values(), *more}:
            with undone():
                answer = pages.post(f"{root}decide/", base | {name: value})
            if answer.status_code >= 500:
                found.append(f"decide {name} {value[:40]!r}: {answer.status_code}")
    for value in FORM_VALUES.values():
        action = {"action": value, "_selected_action": value, "index": value}
        with undone():
            status = pages.post(root, action).status_code
        if status >= 500:
            found.append(f"action {value[:40]!r}: {status}")
    assert not found, "\n".join(found)


# --- Anything at all -----------------------------------------------------------------

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = sorted(
    {name for g in WRITES if isinstance(g.body, dict) for name in g.body}
    | {"approvals", "status", "deletedAt", "marginAfter", "priority", "qty"}
)


def test_no_body_at_all_is_a_crash(world: World) -> None:
    callers = {name: sender(world, name) for name in ("admin", "rina", "agus")}

    @QUIET
    @given(
        st.sampled_from([g for g in WRITES if g.name != "login"]),
        st.sampled_from(sorted(callers)),
        st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=5) | ANYTHING,
    )
    def attempt(given_path: Given, by: str, body: Any) -> None:
        with undone():
            text = json.dumps(body).encode()
            answer = callers[by].call(
                given_path.method, world.path(given_path.path), text
            )
        assert answer.status_code < 500, (given_path.name, body)

    attempt()


# --- Negative controls -----------------------------------------------------------------


def test_a_parser_without_limits_would_be_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "parse_json", json.loads)
    with pytest.raises(AssertionError):
        test_a_body_that_hurts_is_400_everywhere(world)


def test_a_view_that_trusts_its_query_would_be_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusting(_view: APIView, request: Any) -> Any:
        return int(QueryDict(request.META["QUERY_STRING"])["limit"])

    monkeypatch.setattr(UserRolesEndpoint, "get", trusting)
    answer = sender(world).call("GET", "/api/userroles?limit=abc")
    assert answer.status_code == 500
