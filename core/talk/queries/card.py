"""The talk about one record as its page shows it to one person."""

from functools import cached_property
from typing import Any

from core.accounts.models import User
from core.talk.models import Comment
from core.talk.policies import excerpt
from core.talk.queries.comments import Talk, talk_about
from core.talk.queries.followers import follows, may_answer_for
from core.talk.subjects import Place, place_of

ON_RECORD, ON_PAGE = 30, 100


class TalkCard:
    """Read when the page asks: comments in a query where there are none, whether one follows in three.

    is_alive: whether something can be said; a document that was deleted still has its page.
    """

    def __init__(
        self,
        record: Any,
        user: User,
        *,
        most: int = ON_RECORD,
        before: int | None = None,
        is_alive: bool = True,
    ) -> None:
        self.record, self.user = record, user
        self.most, self.before = most, before
        self.is_alive = is_alive
        self.place: Place = place_of(record)

    @property
    def kind(self) -> str:
        """The kind of the record, as addresses have it."""
        return self.place.subject.name

    @property
    def wire_id(self) -> int:
        return self.place.wire_id

    @property
    def url(self) -> str:
        """The page of the record."""
        return self.place.url

    @property
    def number(self) -> str:
        """The record in a word or two."""
        return self.place.subject.number(self.record)

    @property
    def may_ask_requester(self) -> bool:
        """Whether somebody else is known to have asked for the record."""
        requester = self.place.subject.requester(self.record)
        return requester is not None and requester != self.user.pk

    @property
    def query(self) -> str:
        """What asks for the same comments again."""
        if self.before:
            return f"?all=1&before={self.before}"
        return "?all=1" if self.most == ON_PAGE else ""

    @cached_property
    def said(self) -> Talk:
        """The newest comments."""
        return talk_about(self.record, self.user, most=self.most, before=self.before)

    @cached_property
    def follows(self) -> bool:
        """Whether this person follows the record."""
        return follows(self.record, self.user)

    def may_answer(self, question: Comment) -> bool:
        """Whether this person may answer in place of whom it asks, who simply replies."""
        return (
            question.is_open
            and self.user.pk not in {question.asked_id, question.author_id}
            and may_answer_for(self.record, self.user)
        )


def first_words(comment: Comment) -> str:
    """Who said it and its beginning."""
    return f"{comment.author}: {excerpt(comment.text)}"
