"""docs/api.md is what the table and the golden answers say."""

from tests.contract.paths import PATHS
from tests.contract.write_docs import TARGET, page


def test_the_document_is_fresh() -> None:
    written = TARGET.read_text(encoding="utf-8")
    assert written == page(), "run: python -m tests.contract.write_docs"


def test_it_names_every_path_and_who_may() -> None:
    text = page()
    assert text.count("\n### ") == len(PATHS)
    assert text.count("- Who: ") == len(PATHS)


def test_a_stale_document_would_be_seen() -> None:
    assert page().replace("/login", "/signin") != page()
