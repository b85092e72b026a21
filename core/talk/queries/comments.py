"""What was said about a record, as pages and programs show it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db.models import Model
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


def talk_about(
    record: Model, user: User, *, most: int, before: int | None = None
) -> Talk:
    """The newest comments on a record, or those before one (its id); a query, and four where there are any."""
    rows = Comment.objects.about(record)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: most + 1])
    shown = found[:most][::-1]
    older = shown[0].pk if len(found) > most else None
    return Talk(lines_of(shown, user), older)


def lines_of(comments: Sequence[Comment], user: User) -> list[CommentLine]:
    """Comments with people, files and what this person may do about each; four queries.

    Most records have no comment, and every page of a record pays for joins and subqueries.
    """
    if not comments:
        return []
    _name_people(comments)
    ids = [row.pk for row in comments]
    files: dict[int, list[CommentFile]] = defaultdict(list)
    for file in CommentFile.objects.filter(comment__in=ids):
        files[file.comment_id].append(file)
    replies = Comment.objects.filter(reply_to__in=ids)
    reader = Reader(
        user,
        timezone.now(),
        may_moderate=may(user, "strike_any_comment"),
        answered=frozenset(replies.values_list("reply_to", flat=True)),
    )
    return [reader.line(row, files.get(row.pk, [])) for row in comments]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads comments, when, and which of these (ids) were answered."""

    user: User
    now: datetime
    may_moderate: bool
    answered: frozenset[int | None]

    def line(self, row: Comment, files: list[CommentFile]) -> CommentLine:
        """One comment with what this person may do about it."""
        is_own, is_answered = row.author_id == self.user.pk, row.pk in self.answered
        return CommentLine(
            row,
            is_answered,
            may_edit=is_own and is_editable(row, self.now, is_answered=is_answered),
            may_strike=row.struck_at is None and (is_own or self.may_moderate),
            files=files,
        )


def _name_people(comments: Sequence[Comment]) -> None:
    """Give the comments what they reply to, and all of these their people; one query or two."""
    parents = Comment.objects.in_bulk(
        {row.reply_to_id for row in comments if row.reply_to_id}
    )
    for row in comments:
        if row.reply_to_id:
            row.reply_to = parents[row.reply_to_id]
    rows = [*comments, *parents.values()]
    ids = {
        key for row in rows for key in (row.author_id, row.asked_id, row.struck_by_id)
    }
    people = User.objects.in_bulk(ids - {None})
    for row in rows:
        for name in ("author", "asked", "struck_by"):
            if key := getattr(row, f"{name}_id"):
                setattr(row, name, people[key])


def file_names(names: Sequence[str]) -> set[str]:
    """Those of these stored names that a comment has."""
    rows = CommentFile.objects.filter(stored_name__in=names)
    return set(rows.values_list("stored_name", flat=True))
