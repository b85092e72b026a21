"""Sentry and a collector hear of errors and requests, and of no secret; each in a process of its own."""

import gzip
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest
from django.conf import settings

from ems import telemetry
from tests.people import PASSWORD

pytestmark = pytest.mark.once
MARKER = "marker-that-nobody-may-see"
# A request that breaks: its body, its cookie, its query, a local variable and its path hold the marker.
BROKEN = f"""
import django
django.setup()
from django.test import Client
from ems.wsgi import application
from ems import views
def broken(request, *_given, **_named):
    password = {MARKER!r}
    raise RuntimeError("broke on purpose")
from django.urls import resolve
import ems.urls, django.urls
ems.urls.urlpatterns.insert(0, django.urls.path("decide/<str:token>/x", broken))
django.urls.clear_url_caches()
caller = Client(raise_request_exception=False)
caller.cookies["x"] = {MARKER!r}
caller.post("/decide/{MARKER}/x?q={MARKER}", {{"password": {MARKER!r}}}, headers={{"x-key": {MARKER!r}}})
"""
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}
AT_THE_END = {
    "SENTRY_DSN": "import sentry_sdk; sentry_sdk.flush(10)",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "from opentelemetry import trace; trace.get_tracer_provider().force_flush()",
}


@pytest.fixture
def ear() -> Iterator[tuple[str, list[bytes]]]:
    """A server that takes whatever is told to it: its address, and the bodies."""
    heard: list[bytes] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(UNPACK[self.headers.get("Content-Encoding", "")](body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_words: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", heard
        server.shutdown()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "address", "told"),
    [
        ("SENTRY_DSN", "http://key@{}/1", b"broke on purpose"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://{}", b"decide/<str:token>/x"),
    ],
)
def test_it_is_told_without_a_secret(
    ear: tuple[str, list[bytes]], tmp_path: Any, setting: str, address: str, told: bytes
) -> None:
    where, heard = ear
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "ems.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
        "ALLOWED_HOSTS": "testserver",
        setting: address.format(where),
    }
    command = [sys.executable, "-c", f"{BROKEN}\n{AT_THE_END[setting]}"]
    done = subprocess.run(  # noqa: S603 - our own words
        command,
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = b"".join(heard)
    assert told in said, done.stderr
    assert MARKER.encode() not in said
    assert PASSWORD.encode() not in said


@pytest.mark.parametrize(("setting", "package"), telemetry.PACKAGES.items())
def test_a_setting_without_its_package_is_said(
    settings: Any, monkeypatch: pytest.MonkeyPatch, setting: str, package: str
) -> None:
    assert not telemetry.missing(setting)
    assert telemetry.packages_are_installed() == []
    setattr(settings, setting, "http://key@127.0.0.1:9/1")
    monkeypatch.setitem(telemetry.PACKAGES, setting, "no_such_package.within")
    telemetry.observe()  # and nothing breaks
    (said,) = telemetry.packages_are_installed()
    assert setting in said.msg
    assert "requirements-observe.lock" in str(said.hint)


def test_without_a_setting_nothing_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> None:
        raise AssertionError

    monkeypatch.setattr(telemetry, "_tell_sentry", begin)
    monkeypatch.setattr(telemetry, "_tell_collector", begin)
    telemetry.observe()
