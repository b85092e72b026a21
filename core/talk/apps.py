"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalkConfig(AppConfig):
    """Comments, questions and followers."""

    name = "core.talk"
    label = "talk"
    verbose_name = _("Talk")

    def ready(self) -> None:
        """Questions stand in the inbox beside what is to be decided."""
        from core.approvals.subjects import INBOX  # noqa: PLC0415
        from core.talk.queries.questions import questions_to_answer  # noqa: PLC0415

        INBOX.append(questions_to_answer)
