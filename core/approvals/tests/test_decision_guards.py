"""What every decision asks before it counts, whatever is decided."""

from dataclasses import dataclass

import pytest

from core.approvals.models import Decision, Status
from core.approvals.services.decisions import (
    MAX_REMARK,
    already_settled,
    checked_remark,
    require_shown,
    same_or_refuse,
)
from core.errors import DomainError

DIGEST, OTHER = "a" * 64, "b" * 64


@dataclass
class Record:
    """Something under approval."""

    revision: int = 3
    digest: str = DIGEST
    status: int = Status.ACCEPTED

    def get_status_display(self) -> str:
        return "disetujui"

    def __str__(self) -> str:
        return "X-1"


def refused(error: pytest.ExceptionInfo[DomainError]) -> tuple[str, set[str]]:
    """Code and named fields of a refusal."""
    return error.value.code, set(error.value.errors)


@pytest.mark.parametrize(
    ("status", "remark", "field"),
    [
        (Status.PENDING, "x", "status"),
        (4, "x", "status"),
        (Status.RETURNED, " ", "remark"),
        (Status.REJECTED, "", "remark"),
        (Status.REJECTED, " \r\n\t", "remark"),
        (Status.ACCEPTED, "x" * (MAX_REMARK + 1), "remark"),
    ],
)
def test_a_decision_without_sense_is_refused(
    status: int, remark: str, field: str
) -> None:
    with pytest.raises(DomainError) as error:
        checked_remark(status, remark)
    assert refused(error) == ("invalid", {field})


def test_a_remark_counts_as_it_is_stored() -> None:
    typed = "\r\n".join(["x" * 1999, "y" * 2000])
    assert len(typed) > MAX_REMARK
    assert checked_remark(Status.REJECTED, f" {typed} ") == typed.replace("\r\n", "\n")


def test_the_sentence_for_a_missing_reason_is_the_callers() -> None:
    with pytest.raises(DomainError) as error:
        checked_remark(Status.REJECTED, "", why="Say it.")
    assert error.value.sentence == "Say it."


@pytest.mark.parametrize(
    ("revision", "digest"), [(None, ""), (3, ""), (None, DIGEST), (3, DIGEST)]
)
def test_what_is_named_and_current_passes(revision: int | None, digest: str) -> None:
    record = Record()
    require_shown(record, revision, digest)
    assert record == Record()


@pytest.mark.parametrize(
    ("revision", "digest"), [(2, DIGEST), (3, OTHER), (2, ""), (None, OTHER), (4, "")]
)
def test_another_content_than_shown_is_refused_with_the_present_one(
    revision: int | None, digest: str
) -> None:
    with pytest.raises(DomainError) as error:
        require_shown(Record(), revision, digest)
    assert error.value.code == "stale_revision"
    assert error.value.extra == {"currentRevision": 3, "currentDigest": DIGEST}


def test_the_same_again_is_answered_and_another_is_refused() -> None:
    given = Decision(status=Status.REJECTED)
    assert same_or_refuse(given, Status.REJECTED) is given
    with pytest.raises(DomainError) as error:
        same_or_refuse(given, Status.ACCEPTED)
    assert error.value.code == "already_decided"


def test_a_settled_record_says_its_state() -> None:
    error = already_settled(Record())
    assert error.code == "illegal_transition"
    assert "X-1" in error.sentence
    assert "disetujui" in error.sentence
