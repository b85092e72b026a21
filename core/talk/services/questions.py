"""Questions that nobody can answer any more."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from core.ledger.services import record as write_event
from core.talk.models import Comment
from core.talk.queries.questions import given_up
from core.talk.signals import question_given_up
from core.talk.subjects import SUBJECTS


def give_up() -> int:
    """Close open questions to people who have left; who asked hears it. Returns how many."""
    return sum(_give_up_one(row.pk) for row in given_up())


@transaction.atomic
def _give_up_one(pk: int) -> bool:
    rows = Comment.objects.questions().filter(pk=pk)
    question = rows.select_for_update(of=("self",)).first()
    if question is None:
        return False
    _close(question)
    return True


def give_up_on(model: type[Model], ids: Collection[int]) -> None:
    """Close the open questions about records that are taken away, in the caller's transaction."""
    rows = Comment.objects.questions().filter(
        record_type=model._meta.label, record_id__in=ids
    )
    for question in rows.select_for_update(of=("self",)):
        _close(question)


def _close(question: Comment) -> None:
    question.closed_at = timezone.now()
    question.save(update_fields=["closed_at"])
    event = write_event(question, "question.given_up", by=None)
    rows = SUBJECTS[question.record_type].rows()
    about = rows.filter(pk=question.record_id).first()
    question_given_up.send(Comment, question=question, record=about, event=event)
