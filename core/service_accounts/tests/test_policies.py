"""What a scope covers, what a network holds, and how both are typed."""

import pytest

from core.errors import DomainError
from core.service_accounts.policies import (
    MAX_LINES,
    allows,
    is_from,
    read_addresses,
    read_scopes,
)


@pytest.mark.parametrize(
    ("scope", "method", "path", "is_allowed"),
    [
        ("GET /", "GET", "/bomapprovals", True),
        ("GET /", "GET", "/", True),
        ("GET /", "HEAD", "/bomapprovals", True),
        ("GET /", "OPTIONS", "/bomapprovals", True),
        ("GET /", "POST", "/bomapprovals", False),
        ("GET /bomapprovals", "GET", "/bomapprovals/", True),
        ("GET /bomapprovals/", "GET", "/BomApprovals/700/receipt", True),
        ("GET /bomapprovals", "GET", "/bomapprovalsx", False),
        ("GET /bomapprovals/70", "GET", "/bomapprovals/700", False),
        ("POST /api/comments", "GET", "/api/comments", False),
        ("POST /api/comments", "POST", "/api/comments", True),
        ("POST /api/comments", "PUT", "/api/comments", False),
        ("GET /api", "GET", "/", False),
    ],
)
def test_a_scope_covers_whole_words_of_a_path(
    scope: str, method: str, path: str, *, is_allowed: bool
) -> None:
    assert allows([scope], method, path) is is_allowed
    assert allows([], method, path) is False


@pytest.mark.parametrize(
    ("addresses", "address", "is_inside"),
    [
        ([], "203.0.113.9", True),
        (["10.1.2.0/24"], "10.1.2.77", True),
        (["10.1.2.0/24"], "10.1.3.1", False),
        (["10.1.2.3/32", "2001:db8::/32"], "2001:db8::5", True),
        (["10.1.2.3/32"], "2001:db8::5", False),
        (["10.1.2.3/32"], "nowhere", False),
        (["10.1.2.3/32"], "", False),
    ],
)
def test_a_network_holds_its_addresses(
    addresses: list[str], address: str, *, is_inside: bool
) -> None:
    assert is_from(addresses, address) is is_inside


def test_scopes_are_typed_one_a_line_and_once_each() -> None:
    typed = " get /api/inbox \n\n/bomapprovals\nGET /api/inbox\r\npost /api/comments"
    assert read_scopes(typed) == [
        "GET /api/inbox",
        "GET /bomapprovals",
        "POST /api/comments",
    ]


@pytest.mark.parametrize(
    "line", ["bomapprovals", "FETCH /a", "GET bom", "GET /a b", "GET", "/" + "a" * 300]
)
def test_what_is_no_scope_is_refused_by_name(line: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_scopes(f"GET /\n{line}")
    assert refused.value.errors["scopes"]


def test_addresses_are_networks_in_their_usual_writing() -> None:
    assert read_addresses("10.1.2.3\n10.1.2.9/24\n 10.1.2.0/24 \n::1") == [
        "10.1.2.3/32",
        "10.1.2.0/24",
        "::1/128",
    ]
    for line in ("10.1.2", "ppic.example.com", "10.1.2.3/99"):
        with pytest.raises(DomainError) as refused:
            read_addresses(line)
        assert line in refused.value.errors["addresses"][0]


def test_a_list_is_bounded() -> None:
    with pytest.raises(DomainError):
        read_scopes("\n".join(f"GET /{number}" for number in range(MAX_LINES + 1)))
