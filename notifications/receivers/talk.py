"""News of comments and questions, and what followers of a record hear of it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model

from core.accounts.models import User
from core.ledger.models import Event
from core.talk.models import Comment
from core.talk.policies import excerpt
from core.talk.queries.followers import chosen_followers, followers_of
from core.talk.subjects import subject_of
from notifications.models import Notification
from notifications.services import notify

Facts = Mapping[str, str]


def on_comment_added(
    comment: Comment,
    record: Any,
    event: Event,
    told: frozenset[int],
    *,
    is_answer: bool,
    **_: Any,
) -> None:
    """Whom it asks, whom it names, whom it replies to, who follows: each hears it once, for the first
    of these reasons, and its author never."""
    done = {comment.author_id}
    for kind, people in _reasons(comment, record, told, is_answer=is_answer):
        left = set(people) - done
        _tell(left, kind, comment, record, event)
        done |= left


def _reasons(
    comment: Comment, record: Any, told: frozenset[int], *, is_answer: bool
) -> list[tuple[str, Collection[int]]]:
    parent = comment.reply_to
    replied = [parent.author_id] if parent else []
    return [
        ("talk.asked", [comment.asked_id] if comment.asked_id else []),
        ("talk.answered", replied if is_answer else []),
        ("talk.mentioned", told),
        ("talk.replied", replied),
        ("talk.commented", _ids(followers_of(record))),
    ]


def on_comment_edited(
    comment: Comment, record: Any, event: Event, told: frozenset[int], **_: Any
) -> None:
    """Those who are newly named."""
    _tell(told - {comment.author_id}, "talk.mentioned", comment, record, event)


def on_question_given_up(
    question: Comment, record: Any | None, event: Event, **_: Any
) -> None:
    """Who asked hears that nobody will answer; a record that was taken away says so itself."""
    if record is not None:
        _tell([question.author_id], "talk.given_up", question, record, event)


def _tell(
    people: Collection[int], kind: str, comment: Comment, record: Any, event: Event
) -> None:
    subject = subject_of(record)
    facts = {
        "number": subject.number(record),
        "by": str(comment.author),
        "text": excerpt(comment.text),
        "person": str(comment.asked or ""),
    }
    url = f"{subject.url(record)}#comment-{comment.pk}"
    active = User.objects.filter(pk__in=people, is_active=True) if people else ()
    notify(
        [person.pk for person in active],
        event=event,
        kind=kind,
        facts=facts,
        url=url,
        about=record,
    )


def tell_followers(
    record: Any,
    event: Event,
    kind: str,
    facts: Facts,
    *,
    but: Collection[int | None] = (),
) -> None:
    """Those who follow a record and were not told of the event yet; not who did it."""
    _tell_rest(record, _ids(followers_of(record)), event, kind, facts, but)


def tell_choosers(
    record: Any,
    event: Event,
    kind: str,
    facts: Facts,
    *,
    but: Collection[int | None] = (),
) -> None:
    """Only those who chose to follow a record: what everybody with a part in it need not hear."""
    _tell_rest(record, _ids(chosen_followers(record)), event, kind, facts, but)


def _tell_rest(
    record: Model,
    people: set[int],
    event: Event,
    kind: str,
    facts: Facts,
    but: Collection[int | None],
) -> None:
    left = people - {event.actor_id, *but}
    if not left:
        return
    told = Notification.objects.filter(event=event).values_list("recipient", flat=True)
    left -= set(told)
    notify(
        left,
        event=event,
        kind=kind,
        facts=facts,
        url=subject_of(record).url(record),
        about=record,
    )


def _ids(rows: Any) -> set[int]:
    return set(rows.values_list("pk", flat=True))
