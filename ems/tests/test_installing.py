"""The portal as an app: what a browser installs, and the page without a connection."""

import json

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from ems.installing import OFFLINE_FILES

pytestmark = pytest.mark.django_db


def test_the_manifest_can_be_installed() -> None:
    answer = Client().get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    found = json.loads(answer.content)
    assert (found["start_url"], found["scope"], found["display"]) == (
        "/",
        "/",
        "standalone",
    )
    assert {icon["purpose"] for icon in found["icons"]} == {"any", "maskable"}
    for icon in found["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))
    for shortcut in found["shortcuts"]:
        assert shortcut["url"].startswith("/")


def test_every_page_names_the_manifest() -> None:
    page = Client().get("/accounts/login/").content.decode()
    assert 'rel="manifest"' in page


def test_the_worker_keeps_the_offline_page_and_no_record() -> None:
    answer = Client().get("/sw.js")
    script = answer.content.decode()
    assert answer["Content-Type"] == "text/javascript"
    assert "no-cache" in answer["Cache-Control"]
    assert "/offline/" in script.replace("\\u002D", "-").replace("\\u002F", "/")
    assert script.count("addAll") == 1
    assert ".put(" not in script


def test_what_the_offline_page_needs_is_there() -> None:
    assert all(finders.find(name) for name in OFFLINE_FILES)
    page = Client().get("/offline/").content.decode()
    assert "Tidak ada koneksi" in page
    assert "There is no connection" in page
