"""Drafts: what one part fills in, another opens."""

from django.contrib.sessions.backends.cache import SessionStore

from core.pages.prefill import MOST, Draft, keep_draft, read_draft


def test_it_gives_back_what_was_kept_for_that_form_only() -> None:
    session = SessionStore()
    key = keep_draft(session, form="change", values={"engineering": "a"}, origin="x:1")
    assert read_draft(session, form="change", key=key) == Draft(
        {"engineering": "a"}, "x:1"
    )
    assert read_draft(session, form="activity", key=key) is None
    assert read_draft(session, form="change", key="other") is None


def test_it_keeps_the_last_few() -> None:
    session = SessionStore()
    keys = [
        keep_draft(session, form="change", values={}, origin=str(number))
        for number in range(MOST + 1)
    ]
    assert read_draft(session, form="change", key=keys[0]) is None
    assert read_draft(session, form="change", key=keys[-1]) is not None
