"""The headers of every answer, and where links lead (docs/threats.md#web-and-ways-out)."""

from typing import Any

import pytest

from tests.contract.paths import PATHS
from tests.contract.world import World, make_world
from tests.people import PASSWORD, Caller, Cast, content_of
from tests.security.authz import MACHINE, all_pages
from tests.security.switch_pages import old_rows

CSP = ("default-src 'self'", "object-src 'none'", "base-uri 'none'")
POLICY = (*CSP, "frame-ancestors 'none'", "form-action 'self'")
TARGETS = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "https://evil.example",
    "http:///evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "//evil.example%2f..",
    "/%09/evil.example",
    "/%5cevil.example",
    "%0d%0aLocation: https://evil.example",
    "/\r\nSet-Cookie: a=b",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "//testserver:80@evil.example",
    "evil.example",
    "?next=//evil.example",
    "#@evil.example",
    " //evil.example",
    "\u00a0//evil.example",
    "\u2028//evil.example",
    "//\u0435vil.example",
    "/" + "x" * 5_000,
    "https://localhost:8000/",
    "//localhost:8000",
)


@pytest.fixture
def world(cast: Cast) -> World:
    """Something on every page."""
    return make_world(cast)


def everything(world: World) -> list[Any]:
    """Every page and every path of the API, as somebody and as nobody."""
    answers = []
    facts = world.ids | {"fileId": 1, "noticeId": 1, "exportId": 1, "returnedId": 1}
    facts |= old_rows()
    for name in ("anon", "admin"):
        browser = world.cast.browser(name, raise_request_exception=False)
        for page in all_pages().values():
            if page.reads is not None:
                path = page.path.format_map(facts | _one(page.path))
                answers.append(browser.call("GET", path))
        answers += [
            browser.call("GET", given.url.format_map(facts))
            for given in PATHS
            if given.method == "GET"
        ]
        answers += [browser.get("/nosuch"), browser.call("GET", "/changes/999999/")]
        answers.append(browser.call("GET", "/?x=%00"))
    return answers


def _one(path: str) -> dict[str, int]:
    name = path.partition("{")[2].partition("}")[0]
    return {name: 1} if "/" in name else {}


def path_of(answer: Any) -> str:
    """Where it came from."""
    return str(answer.request["PATH_INFO"])


def test_every_answer_is_safe_to_look_at(world: World) -> None:
    for answer in everything(world):
        path = path_of(answer)
        assert answer["X-Content-Type-Options"] == "nosniff", path
        # The address of a link to decide is a key, and goes to no page at all.
        wanted = "no-referrer" if path.startswith("/decide/") else "same-origin"
        assert answer["Referrer-Policy"] == wanted, path
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path


def test_every_page_says_what_may_run(world: World) -> None:
    for answer in everything(world):
        path = path_of(answer)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        policy = answer["Content-Security-Policy"]
        scripts = policy.partition("script-src")[2].partition(";")[0]
        assert "unsafe-inline" not in scripts, path
        assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", ""), path
        if path.endswith("/view/") and "sandbox" in policy:
            _require_cage(answer)
            continue
        assert all(part in policy for part in POLICY), path
        assert answer["X-Frame-Options"] == "DENY", path
        # The API's browsable document and the guide's diagrams write styles of their own, and no
        # scripts; nothing that anybody typed stands on these pages.
        is_ours = path != "/api/docs" and not path.startswith("/help/")
        assert not (is_ours and "unsafe-inline" in policy), path


def _require_cage(answer: Any) -> None:
    """The frame of the PDF viewer: shown by our pages only, in an origin without any right."""
    policy = answer["Content-Security-Policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_nothing_private_stays_in_a_cache(world: World) -> None:
    public = {page.path for page in MACHINE.values()} - {"/api/schema", "/api/docs"}
    for answer in everything(world):
        if path_of(answer) not in public and answer.status_code != 301:
            assert "no-store" in answer.headers.get("Cache-Control", ""), (
                path_of(answer),
                answer.status_code,
            )


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:8000.evil.example"]
)
def test_no_other_site_may_read(cast: Cast, origin: str) -> None:
    api = cast.api("agus")
    ask = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for method in ("GET", "OPTIONS"):
        for path in ("/engineeringDetailProblems", "/login", "/", "/healthz"):
            answer = api.call(method, path, headers=ask)
            names = {name.lower() for name in answer.headers}
            assert not [n for n in names if n.startswith("access-control-")]


@pytest.mark.parametrize("target", TARGETS)
def test_a_login_leads_to_a_page_of_ours(cast: Cast, target: str) -> None:
    body = {"username": "agus", "password": PASSWORD, "next": target}
    for where in (
        Caller().post("/accounts/login/", body),
        cast.browser("agus").get("/accounts/login/", {"next": target}),
        cast.browser("agus").post(
            "/accounts/theme/", {"theme": "dark", "next": target}
        ),
        cast.browser("agus").post("/accounts/language/", {"next": target}),
    ):
        assert where.status_code == 302
        location = where["Location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert "\n" not in location
        assert "Set-Cookie: a=b" not in str(where.headers)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.usefixtures("cast")
def test_the_admins_login_leads_to_a_page_of_ours(target: str) -> None:
    body = {"username": "rina", "password": PASSWORD, "next": target}
    location = Caller().post("/admin/login/", body)["Location"]
    host = location.removeprefix("http://testserver")
    assert not host.startswith(("//", "/\\", "http", "javascript", "data"))


@pytest.mark.usefixtures("cast")
def test_a_page_of_ours_is_returned_to() -> None:
    body = {"username": "agus", "password": PASSWORD, "next": "/changes/?kind=1&q=a"}
    answer = Caller().post("/accounts/login/", body)
    assert answer["Location"] == "/changes/?kind=1&q=a"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "a b", "localhost:80:80", "*"]
)
def test_a_foreign_host_is_400(cast: Cast, host: str) -> None:
    token = cast.token("agus")
    for path in ("/", "/engineeringDetailProblems", "/accounts/login/", "/login"):
        caller = Caller(raise_request_exception=False)
        caller.token = token
        answer = caller.call("GET", path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert host.encode() not in content_of(answer) or host in {"*", "a b"}


def test_links_do_not_believe_a_header(cast: Cast, settings: Any) -> None:
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/admin/",
        "X-Rewrite-URL": "/admin/",
    }
    answer = cast.api("agus").call("GET", "/engineering-notes?limit=1", headers=forged)
    assert answer.status_code == 200
    assert settings.PUBLIC_BASE_URL in answer["Link"]
    assert "evil" not in str(answer.headers)


def test_every_error_has_the_one_shape(cast: Cast) -> None:
    calls = [
        ("anon", "GET", "/api/userroles", 401),
        ("budi", "POST", "/donePOs", 403),
        ("budi", "GET", "/engineeringDetailProblems/999999", 404),
        ("budi", "GET", "/nosuch", 404),
        ("anon", "GET", "/nosuch/", 404),
        ("budi", "PATCH", "/donePOs", 405),
        ("budi", "GET", "/engineeringDetailProblems?limit=0", 400),
        ("budi", "GET", "/donePOs?x=%00", 400),
    ]
    for name, method, path, status in calls:
        body = {"outs": 1} if method != "GET" else None
        answer = cast.api(name, strict=False).call(method, path, body)
        assert answer.status_code == status, path
        shape = answer.json()
        assert shape.keys() == {"message", "code", "errors", "requestId"}, path
        assert shape["message"]


def test_a_post_to_an_unknown_path_is_404(cast: Cast) -> None:
    caller = Caller(enforce_csrf_checks=True)
    caller.token = cast.token("agus")
    assert caller.call("POST", "/nosuch", {"a": 1}).status_code == 404


def test_whoever_is_not_let_in_learns_nothing(world: World) -> None:
    found = [
        world.cast.api("anon").call("GET", f"/engineeringDetailProblems/{key}")
        for key in (world.ids["id"], world.ids["gone"], 999_999)
    ]
    assert {answer.status_code for answer in found} == {401}
    assert len({len(content_of(answer)) for answer in found}) == 1


def test_the_document_is_for_people_who_are_logged_in(cast: Cast) -> None:
    for path in ("/api/schema", "/api/docs"):
        assert cast.api("anon").call("GET", path).status_code == 401
    answer = Caller().get("/api/docs", headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "/accounts/login/?next=/api/docs"


def test_the_figures_of_the_machine_are_for_the_machine(cast: Cast) -> None:
    far: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.9"}
    assert Caller(**far).get("/metrics").status_code == 404
    assert cast.browser("rina", **far).get("/metrics").status_code == 404
    assert cast.browser("admin", **far).get("/metrics").status_code == 200
    assert Caller().get("/metrics").status_code == 404
