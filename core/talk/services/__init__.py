"""The verbs of talk: say, ask, answer, change, strike, follow."""

from core.talk.services.comments import (
    add_comment,
    answer,
    ask_question,
    edit_comment,
    strike_comment,
)
from core.talk.services.follows import follow, unfollow
from core.talk.services.questions import give_up, give_up_on

__all__ = [
    "add_comment",
    "answer",
    "ask_question",
    "edit_comment",
    "follow",
    "give_up",
    "give_up_on",
    "strike_comment",
    "unfollow",
]
