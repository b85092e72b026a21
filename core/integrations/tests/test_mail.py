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


@pytest.fixture(autouse=True)
def _mail_settings(settings: Any, server: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = server.is_starttls
    settings.EMAIL_USE_SSL = not server.is_starttls


def send() -> int:
    """Send one message; the status."""
    letter = {"subject": "x", "text": "y"}
    return MailServer().send("POST", "a@example.com", json=letter).status


def test_a_certificate_that_signs_itself_is_refused(server: Any) -> None:
    with pytest.raises(UpstreamError):
        send()
    assert server.letters == []


def test_one_that_this_machine_trusts_is_taken(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(BOTH))
    assert send() == 200
    assert [letter.to for letter in server.letters] == [["a@example.com"]]


def test_another_name_on_it_is_refused(
    server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(BOTH))
    settings.EMAIL_HOST = "127.0.0.2"
    with pytest.raises(UpstreamError):
        send()
    assert server.letters == []


@pytest.mark.parametrize("address", ["a@b@c", "a\nBcc: b@example.com", ""])
def test_what_is_no_address_is_given_up(
    address: str, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(BOTH))
    assert MailServer().send("POST", address, json={"subject": "x"}).status == 410
    assert server.letters == []
