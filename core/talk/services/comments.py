"""Say something about a record, ask, answer, change it for a while, strike it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import may
from core.accounts.services import NamedFile, stored_files
from core.db.locking import locked
from core.errors import DomainError, invalid
from core.files.uploaded import StoredFile
from core.ledger.services import record as write_event
from core.talk.models import MAX_QUOTE, Comment, CommentFile
from core.talk.policies import (
    EDIT_FOR,
    MAX_FILES,
    MAX_MENTIONS,
    MAX_REASON,
    MAX_TEXT,
    cleaned,
    excerpt,
    is_editable,
    mentions,
)
from core.talk.queries.followers import may_answer_for
from core.talk.queries.people import by_name
from core.talk.services.follows import add_followers
from core.talk.signals import comment_added, comment_edited
from core.talk.subjects import SUBJECTS, Place, place_of, subject_of

FOLDER = "comments"


@dataclass(frozen=True, slots=True)
class Saying:
    """What a comment holds beside its text.

    line: the key of a line of the record that is quoted; tell: user ids of those who are named beside
    the text; files: names and contents.
    """

    line: str = ""
    tell: Sequence[int] = ()
    files: Sequence[NamedFile] = ()


NOTHING_MORE = Saying()


@dataclass(frozen=True, slots=True)
class _Taken:
    """A comment that is in order: its words, whom it names, what it quotes, its stored files."""

    text: str
    told: Mapping[int, str]
    quoted: str
    files: Sequence[StoredFile]


def add_comment(
    *,
    place: Place,
    by: User,
    text: str,
    more: Saying = NOTHING_MORE,
    reply_to: int | None = None,
) -> Comment:
    """Say something about a record; whom it names is told at once and follows.

    A reply of the person whom an open question asks is its answer. Raises DomainError ``not_found``,
    ``invalid`` (no text, more than 4,000 characters, more than 20 mentions, more than five files, a line
    that is not there), and for its files what ``store`` raises.
    """
    with _taken(place, by, text, more) as said, transaction.atomic():
        record = place.locked()
        parent = _parent(record, reply_to)
        is_answer = bool(parent and parent.is_open and parent.asked_id == by.pk)
        return _write(record, by, said, reply_to=parent, is_answer=is_answer)


def ask_question(
    *,
    place: Place,
    by: User,
    text: str,
    person: User | None = None,
    more: Saying = NOTHING_MORE,
) -> Comment:
    """Ask one person, else the requester of the record; it stands in their inbox until it is answered.

    Nothing of the record changes. Raises as ``add_comment``; ``invalid`` where nobody can be asked.
    """
    with _taken(place, by, text, more) as said, transaction.atomic():
        record = place.locked()
        asked = person or _requester(record)
        _require_askable(asked, by)
        return _write(record, by, said, asked=asked)


def answer(
    *, question_id: int, by: User, text: str, more: Saying = NOTHING_MORE
) -> Comment:
    """Answer an open question: whom it asks, who has a part in the record, an SPV, manager or administrator;
    not who asked it.

    Raises as ``add_comment``; ``illegal_transition`` when it is answered already, ``forbidden``.
    """
    place = place_of_comment(question_id)
    with _taken(place, by, text, more) as said, transaction.atomic():
        record = place.locked()
        question = locked(Comment.objects.all(), question_id)
        _require_answerer(record, question, by)
        return _write(record, by, said, reply_to=question, is_answer=True)


@transaction.atomic
def edit_comment(*, comment_id: int, by: User, text: str) -> Comment:
    """Change what oneself wrote, for ten minutes and until somebody answers; the history keeps both.

    Raises DomainError ``not_found``, ``forbidden``, ``illegal_transition``, ``invalid``.
    """
    record = place_of_comment(comment_id).locked()
    comment = locked(Comment.objects.all(), comment_id)
    _require_editable(comment, by)
    was, now = comment.text, _text(text)
    if was == now:
        return comment
    told = _named(now, _told_by_hand(comment), by)
    new = frozenset(told) - {pk for pk, _name in comment.told}
    comment.text, comment.edited_at = now, timezone.now()
    comment.told = [list(each) for each in told.items()]
    comment.save(update_fields=["text", "edited_at", "told"])
    event = write_event(
        comment, "comment.edited", by=by, before={"text": was}, after={"text": now}
    )
    add_followers(record, new, by)
    comment_edited.send(Comment, comment=comment, record=record, event=event, told=new)
    return comment


@transaction.atomic
def strike_comment(*, comment_id: int, by: User, reason: str) -> Comment:
    """Strike what oneself wrote, or anything as manager or administrator; it stays readable, with who
    struck it and why. A question that is struck asks nobody any more.

    Raises DomainError ``not_found``, ``forbidden``, ``invalid`` (no reason), ``illegal_transition``.
    """
    place_of_comment(comment_id).locked()
    comment = locked(Comment.objects.all(), comment_id)
    if comment.author_id != by.pk and not may(by, "strike_any_comment"):
        raise DomainError(
            _("Only its author, a manager or an administrator may strike a comment."),
            "forbidden",
        )
    why = _reason(reason)
    if comment.struck_at is not None:
        raise DomainError(_("It is struck already."), "illegal_transition")
    now = timezone.now()
    comment.struck_at, comment.struck_by, comment.strike_reason = now, by, why
    if comment.is_open:
        comment.closed_at = now
    comment.save(update_fields=["struck_at", "struck_by", "strike_reason", "closed_at"])
    write_event(comment, "comment.struck", by=by, note=why)
    return comment


def place_of_comment(comment_id: int) -> Place:
    """The record of a comment; raises DomainError ``not_found``."""
    row = Comment.objects.filter(pk=comment_id).first()
    subject = SUBJECTS.get(row.record_type) if row else None
    record = (
        subject.rows().filter(pk=row.record_id).first() if row and subject else None
    )
    if record is None:
        raise DomainError(_("There is no such comment."), "not_found")
    return place_of(record)


# --- What may be said -------------------------------------------------------------


@contextmanager
def _taken(place: Place, by: User, text: str, more: Saying) -> Iterator[_Taken]:
    """What a comment holds, taken in before its transaction; its files go again if that fails."""
    words = _text(text)
    if len(more.files) > MAX_FILES:
        raise invalid("files", _("At most %d files a comment.") % MAX_FILES)
    told = _named(words, more.tell, by)
    quoted = _quoted(place, more.line)
    with stored_files(more.files, by, FOLDER) as kept:
        yield _Taken(words, told, quoted, kept)


def _text(text: str) -> str:
    kept = cleaned(text)
    if not kept:
        raise invalid("text", _("Write something."))
    if len(kept) > MAX_TEXT:
        raise invalid(
            "text",
            _(
                "A comment has at most %(most)d characters; this one has %(count)d. Shorten it,"
                " or attach it as a file."
            )
            % {"most": MAX_TEXT, "count": len(kept)},
        )
    return kept


def _named(text: str, tell: Iterable[int], by: User) -> dict[int, str]:
    """Names of those whom a comment names, by user id; nobody names oneself."""
    people = by_name() if "@" in text else {}
    said = [*mentions(text, people), *tell]
    if len(said) > MAX_MENTIONS:
        raise invalid(
            "text",
            _("A comment names at most %(most)d people; this one names %(count)d.")
            % {"most": MAX_MENTIONS, "count": len(said)},
        )
    rows = User.objects.filter(pk__in=said, is_active=True).exclude(pk=by.pk)
    found = {row.pk: str(row) for row in rows}
    if missing := set(tell) - found.keys() - {by.pk}:
        raise invalid("tell", _("Nobody here has the id %s.") % min(missing))
    return {pk: found[pk] for pk in dict.fromkeys(said) if pk in found}


def _told_by_hand(comment: Comment) -> list[int]:
    """Whom a comment told beside those whom its text names: they stay told."""
    people = by_name() if "@" in comment.text else {}
    in_text = set(mentions(comment.text, people))
    rows = User.objects.filter(
        pk__in=[pk for pk, _name in comment.told], is_active=True
    )
    known = set(rows.values_list("pk", flat=True))
    return [pk for pk, _name in comment.told if pk in known - in_text]


def _quoted(place: Place, line: str) -> str:
    """The line as it reads now; before the transaction, since names of parts come from outside."""
    if not line:
        return ""
    for each in place.subject.lines(place.found()):
        if each.key == line:
            return each.text[:MAX_QUOTE]
    raise invalid("line", _("The record has no such line (any more)."))


def _reason(reason: str) -> str:
    why = cleaned(reason)
    if not why:
        raise invalid("reason", _("Say why; it stands beside the struck comment."))
    if len(why) > MAX_REASON:
        raise invalid("reason", _("A reason has at most %d characters.") % MAX_REASON)
    return why


# --- Who may ----------------------------------------------------------------------


def _requester(record: Any) -> User | None:
    return User.objects.filter(pk=subject_of(record).requester(record) or 0).first()


def _require_askable(asked: User | None, by: User) -> None:
    if asked is None:
        raise invalid(
            "ask", _("Nobody is known to have asked for it. Choose a person.")
        )
    if asked.pk == by.pk:
        raise invalid("ask", _("That is you. Choose another person to ask."))
    if not asked.is_active:
        raise invalid("ask", _("%s has left. Choose another person to ask.") % asked)


def _require_answerer(record: Any, question: Comment, by: User) -> None:
    """Raises DomainError; who it asks, and those who can know it, but not who asks."""
    if question.asked_id is None:
        raise DomainError(_("This comment asks nobody."), "illegal_transition")
    if question.closed_at is not None:
        raise DomainError(
            _("This question is answered already. Write a reply."), "illegal_transition"
        )
    is_asked = question.asked_id == by.pk
    if question.author_id == by.pk:
        raise DomainError(
            _("You asked it yourself. Strike it, if nothing is open any more."),
            "forbidden",
        )
    if not (is_asked or may_answer_for(record, by)):
        raise DomainError(
            _("Only whom it asks, or who has a part in this record, may answer it."),
            "forbidden",
        )


def _require_editable(comment: Comment, by: User) -> None:
    if comment.author_id != by.pk:
        raise DomainError(_("Somebody else wrote it."), "forbidden")
    is_answered = comment.replies.exists()
    if not is_editable(comment, timezone.now(), is_answered=is_answered):
        minutes = int(EDIT_FOR.total_seconds() // 60)
        raise DomainError(
            _(
                "A comment can be changed for %d minutes and until somebody answers it."
                " Write another one, or strike it."
            )
            % minutes,
            "illegal_transition",
        )


# --- Writing ----------------------------------------------------------------------


def _parent(record: Any, reply_to: int | None) -> Comment | None:
    """What is replied to, locked: nobody changes it while it is being answered."""
    if reply_to is None:
        return None
    row = Comment.objects.about(record).filter(pk=reply_to).select_for_update().first()
    if row is None:
        raise invalid("replyTo", _("What you reply to is not about this record."))
    return row


def _write(
    record: Any,
    by: User,
    said: _Taken,
    *,
    reply_to: Comment | None = None,
    asked: User | None = None,
    is_answer: bool = False,
) -> Comment:
    told = said.told
    comment = Comment.objects.create(
        record_type=record._meta.label,
        record_id=record.pk,
        author=by,
        text=said.text,
        quoted=said.quoted,
        told=[list(each) for each in told.items()],
        reply_to=reply_to,
        asked=asked,
        created_at=timezone.now(),
    )
    CommentFile.objects.bulk_create(
        [
            CommentFile(
                comment=comment,
                name=file.name,
                stored_name=file.stored_name,
                content_type=file.content_type,
                size=file.size,
                sha256=file.sha256,
            )
            for file in said.files
        ]
    )
    kind = "question.asked" if asked else "comment.added"
    after = {"record": subject_of(record).reference(record), "text": comment.text}
    event = write_event(comment, kind, by=by, note=excerpt(comment.text), after=after)
    add_followers(record, {*told, *([asked.pk] if asked else [])}, by)
    if reply_to and is_answer:
        _close(reply_to, comment, by)
    comment_added.send(
        Comment,
        comment=comment,
        record=record,
        event=event,
        told=frozenset(told),
        is_answer=is_answer,
    )
    return comment


def _close(question: Comment, comment: Comment, by: User) -> None:
    question.closed_at, question.answer = timezone.now(), comment
    question.save(update_fields=["closed_at", "answer"])
    write_event(question, "question.answered", by=by, after={"answer": comment.pk})
