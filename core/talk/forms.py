"""Forms of talk; the rules are in the services, which name the field at fault."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.http.wire import INT64
from core.talk.subjects import Line
from core.text.formatting import NOTHING

People = Sequence[tuple[int, str]]
MOST_LINES = 400
# Of the wire, where a field of the form has another name.
FIELDS = {"replyTo": "reply_to"}


class TextInput(forms.Textarea):
    """A box for some lines."""

    def __init__(self) -> None:
        super().__init__(
            {
                "rows": 3,
                "role": "combobox",
                "aria-controls": "talk-names",
                "aria-expanded": "false",
                "aria-autocomplete": "list",
                "aria-describedby": "talk_text_helptext",
            }
        )


class TalkForm(forms.Form):
    """The one form of a talk on its page; its fields are apart from those of the record's forms."""

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, auto_id="talk_%s", initial=initial)


class CommentForm(TalkForm):
    """A comment, a question or an answer. On the page of a record without people and lines: they are
    chosen on the page of the talk."""

    text = forms.CharField(
        label=_("Comment"), required=False, strip=False, widget=TextInput
    )
    reply_to = forms.IntegerField(
        required=False, min_value=1, max_value=INT64, widget=forms.HiddenInput
    )
    answers = forms.BooleanField(label=_("This answers the question"), required=False)
    ask = forms.BooleanField(
        label=_("A question to who asked for it: it waits in their inbox"),
        required=False,
    )
    person = forms.TypedChoiceField(
        label=_("Or a question to"), required=False, coerce=int, empty_value=None
    )
    tell = forms.TypedMultipleChoiceField(
        label=_("Tell these people"), required=False, coerce=int
    )
    line = forms.ChoiceField(label=_("Quote a line"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        initial: Any = None,
        people: People = (),
        lines: Sequence[Line] = (),
    ) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["person"].choices = [("", NOTHING), *people]
        fields["tell"].choices = people
        fields["tell"].widget.attrs |= {"size": 5, "data-people": ""}
        shown = lines[:MOST_LINES]
        fields["line"].choices = [
            ("", NOTHING),
            *((row.key, row.text) for row in shown),
        ]

    @property
    def is_long(self) -> bool:
        """Whether people can be chosen."""
        choices: Any = self.fields["tell"]
        return bool(choices.choices)

    @property
    def has_lines(self) -> bool:
        """Whether there is something to quote."""
        choices: Any = self.fields["line"]
        return len(choices.choices) > 1


class EditForm(TalkForm):
    """Another text for a comment."""

    text = forms.CharField(
        label=_("Comment"), required=False, strip=False, widget=TextInput
    )


class StrikeForm(TalkForm):
    """Why a comment is struck."""

    reason = forms.CharField(label=_("Why is it struck?"), required=False)
