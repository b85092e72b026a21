"""What was said about a record, as pages and programs show it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from core.accounts.models import User
from core.accounts.permissions import may
from core.talk.models import Comment, CommentFile
from core.talk.policies import excerpt, is_editable
from core.text.markdown_html import safe_markdown


@dataclass(slots=True)
class CommentLine:
    """One comment with what its reader may do about it."""

    comment: Comment
    is_answered: bool
    may_edit: bool
    may_strike: bool
    files: list[CommentFile] = field(default_factory=list)

    @property
    def html(self) -> SafeString:
        """Its text as it is shown."""
        return as_html(self.comment.text)

    @property
    def told(self) -> list[str]:
        """Names of those whom it names."""
        return [name for _pk, name in self.comment.told]

    @property
    def replied(self) -> str:
        """The first words of what it answers."""
        parent = self.comment.reply_to
        return excerpt(parent.text) if parent else ""


@dataclass(frozen=True, slots=True)
class Talk:
    """The newest comments on a record, oldest of them first. older: the id to read on from, if more."""

    lines: Sequence[CommentLine]
    older: int | None = None

    @property
    def open(self) -> list[CommentLine]:
        """Questions of these that wait for an answer."""
        return [line for line in self.lines if line.comment.is_open]


@lru_cache(maxsize=2048)
def as_html(text: str) -> SafeString:
    """Markdown as HTML, in which a line that was ended is a line; kept, since pages show it again."""
    return safe_markdown(text.replace("\n", "  \n"))


def comment_rows() -> QuerySet[Comment]:
    """Comments with their people, and whether each was answered and has files."""
    replies = Comment.objects.filter(reply_to=OuterRef("pk"))
    files = CommentFile.objects.filter(comment=OuterRef("pk"))
    return Comment.objects.select_related(
        "author", "asked", "struck_by", "reply_to__author"
    ).annotate(is_answered=Exists(replies), has_files=Exists(files))


def talk_about(
    record: Model, user: User, *, most: int, before: int | None = None
) -> Talk:
    """The newest comments on a record, or those before one (its id); two queries."""
    rows = comment_rows().filter(record_type=record._meta.label, record_id=record.pk)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: most + 1])
    shown = found[:most][::-1]
    older = shown[0].pk if len(found) > most else None
    return Talk(lines_of(shown, user), older)


def lines_of(comments: Sequence[Any], user: User) -> list[CommentLine]:
    """Rows of ``comment_rows`` with their files, and what this person may do about each."""
    now = timezone.now()
    ids = [row.pk for row in comments if row.has_files]
    files: dict[int, list[CommentFile]] = {}
    for file in CommentFile.objects.filter(comment__in=ids) if ids else ():
        files.setdefault(file.comment_id, []).append(file)
    may_moderate = may(user, "strike_any_comment") if comments else False
    return [_line(row, user, now, files, may_moderate=may_moderate) for row in comments]


def _line(
    row: Any,
    user: User,
    now: datetime,
    files: dict[int, list[CommentFile]],
    *,
    may_moderate: bool,
) -> CommentLine:
    is_own = row.author_id == user.pk
    return CommentLine(
        row,
        row.is_answered,
        may_edit=is_own and is_editable(row, now, is_answered=row.is_answered),
        may_strike=row.struck_at is None and (is_own or may_moderate),
        files=files.get(row.pk, []),
    )


def file_names(names: Sequence[str]) -> set[str]:
    """Those of these stored names that a comment has."""
    rows = CommentFile.objects.filter(stored_name__in=names)
    return set(rows.values_list("stored_name", flat=True))
