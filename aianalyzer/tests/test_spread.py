"""What stands over several lines, in the source or in the answer, is found all the same."""

import pytest

from aianalyzer.policies.citations import checked, indexed, marked, pieces, supported
from aianalyzer.policies.markdown_answer import annotated, statements
from aianalyzer.tests.conftest import FIRST, SECOND

SPREAD = """Busbar utama dibuat dari tem-
baga dan dilapisi timah se-
suai IEC 61439-2. Panel diuji
dengan arus hubung singkat 50 kA
selama 1 detik di laboratorium."""


@pytest.mark.parametrize(
    "line",
    [
        "- Busbar utama dibuat dari tembaga, dilapisi timah, sesuai IEC 61439-2.",
        "Panel diuji dengan arus hubung singkat 50 kA selama 1 detik",
        "Diuji dengan arus hubung\n  singkat 50 kA selama 1 detik",
        "dilapisi timah sesuai IEC 61439-2",
    ],
)
def test_a_statement_over_several_lines_of_the_source_is_found(line: str) -> None:
    found = supported(list(pieces({3: SPREAD})), line)
    assert found is not None
    assert found[0] == 3
    before, hit, _after = marked(SPREAD, found[1])
    assert hit, "the passage can be shown"
    assert len(before) < len(SPREAD)


@pytest.mark.parametrize(
    "line",
    [
        "Panel diuji dengan arus hubung singkat 65 kA selama 1 detik",
        "Busbar aluminium berlapis perak menurut standar perusahaan listrik",
        "Panel 50 kA memakai busbar dari pabrik lain tanpa pengujian 1 detik",
    ],
)
def test_more_lines_prove_no_more_than_they_say(line: str) -> None:
    assert supported(list(pieces({3: SPREAD})), line) is None


def test_the_shortest_passage_is_named() -> None:
    found = supported(list(pieces({1: FIRST, 2: SECOND})), "Icw 50 kA / 1 detik")
    assert found is not None
    assert "\n" not in found[1]
    assert found[1] in FIRST


@pytest.mark.parametrize(
    "quote",
    [
        "dari tembaga dan dilapisi timah sesuai IEC",
        "dari tem-\nbaga dan",
        "diuji   dengan\tarus",
        "hubung singkat 50 kA selama 1 detik",
    ],
)
@pytest.mark.parametrize(
    "page",
    [
        SPREAD,
        SPREAD.replace("\n", "\r\n"),
        SPREAD.replace("-\n", "\u2010\n"),
        SPREAD.replace("tem-\nbaga", "tem\u00adbaga").replace("arus", "a\u200brus"),
        SPREAD.replace("tem-\nbaga", "tem\u00ad-\nbaga"),
    ],
)
def test_a_quotation_bridges_line_breaks_hyphens_and_what_nobody_sees(
    quote: str, page: str
) -> None:
    assert checked(indexed({1: page}), 1, quote).state == "found"


def test_an_answer_that_is_broken_into_lines_is_one_statement() -> None:
    markdown = (
        "- Busbar utama dari tembaga\n  dilapisi timah.\n"
        "- Icw 50 kA\n- Arus nominal 3200 A pada\nsuhu 40 derajat\n\nTerpisah dari itu semua\n"
    )
    said = [each.text.split("\n") for each in statements(markdown)]
    assert [len(each) for each in said] == [2, 1, 2, 1]
    body, citations = annotated(markdown, [None] * 4)
    assert "  dilapisi timah. [^1]\n- Icw 50 kA [^2]\n" in body
    assert "suhu 40 derajat [^3]" in body
    assert len(citations) == 4
