"""The token of a link stands in no line of a log."""

import logging
from typing import Any

import pytest
from django.test import RequestFactory
from structlog.stdlib import ProcessorFormatter

from core.http.middleware import RequestLog
from core.text.secret_paths import without_tokens
from ems.logs import logging_config


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/decide/12-AbC_9/", "/decide/…/"),
        ("Not Found: /decide/12-AbC_9", "Not Found: /decide/…"),
        ("GET /DECIDE/12-AbC_9/?language=en 200", "GET /DECIDE/…/?language=en 200"),
        (
            '<a href="https://x.example/decide/1-a/">',
            '<a href="https://x.example/decide/…/">',
        ),
        ("/decide/1-a/ lalu /decide/2-b/", "/decide/…/ lalu /decide/…/"),
        ("/changes/1/decide/", "/changes/1/decide/"),
        ("/decide/", "/decide/"),
        ("", ""),
    ],
)
def test_only_the_token_is_hidden(text: str, kept: str) -> None:
    assert without_tokens(text) == kept


def test_the_line_of_a_refused_request() -> None:
    request = RequestFactory().post("/decide/1-abc/?language=en", {"pin": "270391"})
    assert RequestLog.format_request(request) == "POST /decide/…/?language"


@pytest.mark.parametrize("is_readable", [True, False])
def test_the_lines_of_the_framework(*, is_readable: bool) -> None:
    line: Any = logging_config("INFO", is_readable=is_readable)["formatters"]["line"]
    given = {name: value for name, value in line.items() if name != "()"}
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "Gone: %s", ("/decide/1-abc/",), None
    )
    said = ProcessorFormatter(**given).format(record)
    assert "1-abc" not in said
    assert "/decide/" in said
