"""Comments and follows as the API gives them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from core.accounts.models import User
from core.talk.models import Comment, Follow
from core.talk.policies import editable_until
from core.talk.queries.comments import CommentLine, lines_of
from core.talk.queries.followers import followed_by, follows
from core.talk.subjects import Place, living, subject_of

Row = dict[str, Any]


def comments_on(place: Place, user: User) -> list[Row]:
    """Every comment on a record, the oldest first; a handful of queries."""
    record = place.found()
    return _rows(record, Comment.objects.about(record).order_by("pk"), user)


def one_comment(comment_id: int, record: Any, user: User) -> Row:
    """One comment on a record."""
    return _rows(record, Comment.objects.filter(pk=comment_id), user)[0]


def _rows(record: Any, comments: Iterable[Comment], user: User) -> list[Row]:
    lines = lines_of(list(comments), user)
    told = {pk for line in lines for pk, _name in line.comment.told}
    ids = (
        dict(User.objects.filter(pk__in=told).values_list("pk", "ext_id"))
        if told
        else {}
    )
    subject = subject_of(record)
    reference, url = subject.reference(record), subject.url(record)
    return [_row(line, ids, reference, url) for line in lines]


def _row(
    line: CommentLine, ids: dict[int, int | None], reference: str, url: str
) -> Row:
    comment = line.comment
    return {
        "id": comment.pk,
        "record": reference,
        "text": comment.text,
        "reply_to": comment.reply_to_id,
        "author": _person(comment.author),
        "quoted": comment.quoted or None,
        "told": [
            {"ext_user_id": ids.get(pk), "name": name} for pk, name in comment.told
        ],
        "files": [
            {
                "id": file.pk,
                "name": file.name,
                "size": file.size,
                "content_type": file.content_type,
                "url": reverse("api-comment-file", args=[comment.pk, file.pk]),
            }
            for file in line.files
        ],
        "asked": _person(comment.asked),
        "closed_at": comment.closed_at,
        "answer_id": comment.answer_id,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "editable_until": editable_until(comment) if line.may_edit else None,
        "struck_at": comment.struck_at,
        "struck_by": _person(comment.struck_by),
        "strike_reason": comment.strike_reason or None,
        "url": f"{url}#comment-{comment.pk}",
    }


def _person(user: User | None) -> Row | None:
    return {"ext_user_id": user.ext_id, "name": str(user)} if user else None


def follow_row(place: Place, user: User) -> Row:
    """Whether a person follows a record, and whether because they chose to."""
    record = place.found()
    chosen = Follow.objects.filter(
        record_type=record._meta.label, record_id=record.pk, person=user
    ).first()
    return _follow_row(record, chosen, does=follows(record, user))


def follow_rows(user: User) -> list[Row]:
    """What a person chose to follow, the latest first; without what is gone."""
    rows = followed_by(user)
    records = living((row.record_type, row.record_id) for row in rows)
    return [
        _follow_row(records[key], row, does=True)
        for row in rows
        if (key := (row.record_type, row.record_id)) in records
    ]


def _follow_row(record: Any, chosen: Follow | None, *, does: bool) -> Row:
    subject = subject_of(record)
    return {
        "record": subject.reference(record),
        "follows": does,
        "chosen": chosen is not None,
        "since": chosen.since if chosen else None,
        "url": subject.url(record),
    }


def ids_of(ext_ids: Sequence[int]) -> tuple[list[int], int | None]:
    """User ids of the active people of these auth server ids, and the first that is nobody's."""
    rows = User.objects.filter(ext_id__in=ext_ids, is_active=True)
    found = dict(rows.values_list("ext_id", "pk"))
    missing = next((each for each in ext_ids if each not in found), None)
    return [found[each] for each in ext_ids if each in found], missing
