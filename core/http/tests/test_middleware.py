"""Address, scheme, host and NUL are settled before any view; seen from the view."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from core.http.middleware import (
    RequestLog,
    SafeInputMiddleware,
    TrustedProxyMiddleware,
)


def seen(trusted: list[str], peer: str, settings: Any, **headers: str) -> HttpRequest:
    """The request as a view gets it."""
    settings.TRUSTED_PROXIES = trusted
    found: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(request)
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    TrustedProxyMiddleware(view)(request)
    return found[0]


CHAIN = "1.2.3.4, 198.51.100.7, 10.0.0.3"


@pytest.mark.parametrize(
    ("trusted", "peer", "chain", "address"),
    [
        ([], "203.0.113.9", CHAIN, "203.0.113.9"),
        (["10.0.0.0/8"], "203.0.113.9", CHAIN, "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", CHAIN, "198.51.100.7"),
        (["10.0.0.1"], "10.0.0.1", CHAIN, "10.0.0.3"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "10.0.0.2", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "nonsense", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, <script>", "10.0.0.1"),
        (["2001:db8::/32"], "2001:db8::1", "2001:4::7", "2001:4::7"),
        (["10.0.0.0/8"], "", CHAIN, ""),
    ],
)
def test_the_address_is_the_rightmost_that_is_not_ours(
    settings: Any, trusted: list[str], peer: str, chain: str, address: str
) -> None:
    request = seen(trusted, peer, settings, **{"X-Forwarded-For": chain})
    assert request.META["REMOTE_ADDR"] == address
    assert "HTTP_X_FORWARDED_FOR" not in request.META


@pytest.mark.parametrize(
    ("peer", "proto", "is_secure"),
    [
        ("203.0.113.9", "https", False),
        ("10.0.0.1", "https", True),
        ("10.0.0.1", "HTTPS, http", False),
        ("10.0.0.1", "http", False),
    ],
)
def test_only_a_proxy_of_ours_says_that_it_was_https(
    settings: Any, peer: str, proto: str, is_secure: bool
) -> None:
    headers = {"X-Forwarded-Proto": proto, "X-Forwarded-Host": "evil.example"}
    request = seen(["10.0.0.1"], peer, settings, **headers)
    assert request.is_secure() is is_secure
    assert request.get_host().partition(":")[0] == "testserver"


@pytest.mark.parametrize("path", ["/?a=%00", "/?%00=a", "/a%00b"])
def test_a_nul_is_400_before_any_view(path: str) -> None:
    def view(_: HttpRequest) -> HttpResponse:
        raise AssertionError("the view was reached")

    answer = SafeInputMiddleware(view)(RequestFactory().get(path))
    assert answer.status_code == 400
    assert answer["Cache-Control"] == "no-store, private"


def test_an_answer_that_names_its_caching_keeps_it() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        request.user = object()  # type: ignore[assignment]
        return HttpResponse(headers={"Cache-Control": "max-age=60"})

    answer = SafeInputMiddleware(view)(RequestFactory().get("/"))
    assert answer["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize(
    "path", ["/login", "/accounts/login/", "/changes/", "/nowhere"]
)
@pytest.mark.django_db
def test_no_value_of_an_address_lies_in_the_log(
    client: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    client.post(f"{path}?password=panel-2026&username=agus")
    told = caplog.text
    assert "panel-2026" not in told
    assert "agus" not in told


def test_a_refused_request_is_logged_by_its_place_and_names(
    rf: RequestFactory,
) -> None:
    shown = RequestLog.format_request(rf.post("/login?b=2&a=1"))
    assert shown == "POST /login?a,b"
    assert RequestLog.format_request(rf.get("/changes/")) == "GET /changes/"
    assert len(RequestLog.format_request(rf.get("/x?" + "y" * 3000 + "=1"))) < 250


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "a b", "ems.example:99999999"])
def test_a_wrong_host_is_refused_with_a_policy(client: Client, host: str) -> None:
    answer = client.get("/accounts/login/", headers={"Host": host})
    assert answer.status_code == 400
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_page_keeps_its_own_policy(client: Client) -> None:
    page = client.get("/accounts/login/")
    assert "nonce-" in page["Content-Security-Policy"] or page.status_code == 200
    missing = client.get("/there-is-nothing/")
    assert missing.status_code == 404
    assert "script-src" in missing["Content-Security-Policy"]
