"""Mail over TLS: a certificate that nobody vouches for is refused before the password is sent."""

import importlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.integrations.errors import UpstreamError
from core.integrations.mail import MailServer

Sandbox: Any = importlib.import_module("sandbox.mail").MailServer  # by string: arrows
BOTH = Path(__file__).with_name("mail.pem")


@pytest.fixture(params=["ssl", "starttls"])
def server(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A mail server whose certificate signs itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(BOTH)
    with Sandbox(tls=context, is_starttls=request.param == "starttls") as found:
        yield found


def send_to(server: Any) -> int:
    """Send one message the way the settings would; the status."""
    mail = MailServer(
        "127.0.0.1",
        server.port,
        "EMS <ems@example.com>",
        is_tls=server.is_starttls,
        is_ssl=not server.is_starttls,
    )
    return mail.send("POST", "a@example.com", json={"subject": "x", "text": "y"}).status


def test_a_certificate_that_signs_itself_is_refused(server: Any) -> None:
    with pytest.raises(UpstreamError):
        send_to(server)
    assert server.letters == []


def test_one_that_this_machine_trusts_is_taken(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(BOTH))
    assert send_to(server) == 200
    assert [letter.to for letter in server.letters] == [["a@example.com"]]


def test_another_name_on_it_is_refused(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(BOTH))
    mail = MailServer(
        "127.0.0.2",
        server.port,
        "EMS <ems@example.com>",
        is_tls=server.is_starttls,
        is_ssl=not server.is_starttls,
    )
    with pytest.raises(UpstreamError):
        mail.send("POST", "a@example.com", json={"subject": "x", "text": "y"})
    assert server.letters == []
