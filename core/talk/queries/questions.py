"""Questions that wait for a person's answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.accounts.models import User
from core.talk.models import Comment
from core.talk.policies import excerpt
from core.talk.subjects import SUBJECTS, TalkSubject, living

QUESTION = "question"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question with the record that it is about."""

    comment: Comment
    record: Any
    subject: TalkSubject

    @property
    def url(self) -> str:
        """The question on the page of its record."""
        return f"{self.subject.url(self.record)}#comment-{self.comment.pk}"

    @property
    def due_at(self) -> datetime:
        """By when it was asked: somebody waits since then, so it stands before what is due later."""
        return self.comment.created_at

    @property
    def wire_id(self) -> int:
        """The record's id, as addresses have it."""
        return self.subject.wire_id(self.record)

    @property
    def text(self) -> str:
        """Its first words."""
        return excerpt(self.comment.text)

    @property
    def number(self) -> str:
        """The record in a word or two."""
        return self.subject.number(self.record)


def open_questions(user: User, most: int | None = None) -> list[OpenQuestion]:
    """What a person is asked, the oldest first; one query, and one a kind of record."""
    rows = Comment.objects.questions().filter(asked=user).select_related("author")
    found = list(rows[:most])
    records = living((row.record_type, row.record_id) for row in found)
    return [
        OpenQuestion(row, records[key], SUBJECTS[row.record_type])
        for row in found
        if (key := (row.record_type, row.record_id)) in records
    ]


def questions_to_answer(user: User, most: int) -> list[dict[str, Any]]:
    """The same as rows of ``GET /api/inbox``."""
    return [
        {
            "kind": QUESTION,
            "record_type": each.subject.name,
            "record_id": each.wire_id,
            "number": each.number,
            "title": each.text,
            "step": 1,
            "asked_at": each.comment.created_at,
            "due_at": None,
            "on_behalf_of": None,
            "url": each.url,
        }
        for each in open_questions(user, most)
    ]


def given_up() -> list[Comment]:
    """Open questions that ask somebody who has left, or are about a record that is gone."""
    rows = list(Comment.objects.questions().select_related("asked"))
    records = living((row.record_type, row.record_id) for row in rows)
    return [
        row
        for row in rows
        if (row.record_type, row.record_id) not in records
        or not (row.asked and row.asked.is_active)
    ]


def inv_24() -> Iterator[str]:
    """An open question asks an active person about a record that is there."""
    for row in given_up():
        yield f"{row}: it asks person {row.asked_id} and cannot be answered"


CHECKS = {"INV-24": inv_24}
