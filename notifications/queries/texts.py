"""The words of notices, by kind: title and message."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

TEXTS: dict[str, tuple[str, str]] = {
    "change.to_decide": (
        gettext_noop("%(number)s waits for your decision"),
        gettext_noop("%(by)s submitted: %(title)s"),
    ),
    "change.edited": (
        gettext_noop("%(number)s was changed and waits for your decision again"),
        gettext_noop("%(by)s changed it to revision %(revision)s: %(title)s"),
    ),
    "change.approved": (
        gettext_noop("%(number)s is approved"),
        gettext_noop("%(by)s approved it. %(remark)s"),
    ),
    "change.rejected": (
        gettext_noop("%(number)s is rejected"),
        gettext_noop("%(by)s rejected it: %(remark)s"),
    ),
    "change.returned": (
        gettext_noop("%(number)s came back for rework"),
        gettext_noop("%(by)s asks for: %(remark)s"),
    ),
    "change.step": (
        gettext_noop("%(number)s: approved by %(by)s, not yet by all"),
        gettext_noop("It needs another approval before it is decided. %(remark)s"),
    ),
    "change.next_step": (
        gettext_noop("%(number)s waits for your decision"),
        gettext_noop("%(by)s approved the step before: %(title)s"),
    ),
    "change.stuck": (
        gettext_noop("%(number)s has nobody who may decide on it"),
        gettext_noop(
            "%(title)s. Everybody whom the approval rule names raised or wrote this change."
            " Add another approver to the rule, or give somebody the role."
        ),
    ),
    "approval.asked": (
        gettext_noop("%(number)s waits for your decision"),
        gettext_noop("%(by)s asks you: %(title)s. %(remark)s"),
    ),
    "approval.on_behalf": (
        gettext_noop("%(number)s waits for your decision on behalf of %(person)s"),
        gettext_noop(
            "%(title)s. You stand in for %(person)s; the first of you counts."
        ),
    ),
    "approval.reminded": (
        gettext_noop("Reminder: %(number)s waits for your decision"),
        gettext_noop("%(title)s. Decide, forward it, or send it back for rework."),
    ),
    "substitution.named": (
        gettext_noop("You stand in for %(person)s"),
        gettext_noop(
            "From %(first)s to %(last)s what waits for %(person)s is in your inbox, too."
        ),
    ),
    "approval.nobody": (
        gettext_noop("%(number)s has nobody who may decide on it"),
        gettext_noop(
            "%(title)s. Everybody who was asked has left, or raised or wrote it."
            " An administrator or a manager can ask somebody else on its page."
        ),
    ),
    "change.withdrawn": (
        gettext_noop("%(number)s was withdrawn"),
        gettext_noop("%(by)s withdrew it; nothing is left to decide."),
    ),
    "analysis.done": (
        gettext_noop("The analysis of %(title)s is finished"),
        gettext_noop("Open it to read the answer beside its source."),
    ),
    "analysis.failed": (
        gettext_noop("The analysis of %(title)s failed"),
        gettext_noop("Open it to see why, and to try again."),
    ),
    "document.damaged": (
        gettext_noop("The stored file of %(title)s is damaged"),
        gettext_noop(
            "Version %(number)s (%(file)s) is missing, or no longer what was uploaded."
            " Upload it again, or have it restored from the backup."
        ),
    ),
    "old_client.refused": (
        gettext_noop("Your save of %(at)s in the old client was refused"),
        gettext_noop("%(why)s Nothing was saved."),
    ),
    "role.granted": (
        gettext_noop("You now hold the role %(role)s"),
        gettext_noop("%(by)s gave it to you."),
    ),
    "role.revoked": (
        gettext_noop("You no longer hold the role %(role)s"),
        gettext_noop("%(by)s took it away."),
    ),
    "role.admin_is_manager": (
        gettext_noop("%(who)s, an administrator, now holds the role MANAGER"),
        gettext_noop("%(by)s gave it. They can set up rules and decide by them."),
    ),
    "link.locked": (
        gettext_noop("A link to decide on %(number)s is locked"),
        gettext_noop(
            "Somebody typed a wrong PIN five times with the link of a message to you. Was it not you?"
            " Tell an administrator. To decide, log in."
        ),
    ),
    "pin.locked": (
        gettext_noop("Your PIN is locked"),
        gettext_noop(
            "Somebody typed a wrong PIN for you five times. Was it not you? Log out everywhere and"
            " tell an administrator. To go on, set a new PIN."
        ),
    ),
    "task.due_soon": (
        gettext_noop("%(task)s is due %(day)s"),
        gettext_noop(
            "It waits for the signature of the %(role)s. Activity: %(activity)s"
        ),
    ),
    "task.overdue": (
        gettext_noop("%(task)s is overdue"),
        gettext_noop(
            "It was due %(day)s and waits for the signature of the %(role)s."
            " Activity: %(activity)s"
        ),
    ),
    "delivery.parked": (
        gettext_noop("%(key)s did not reach PPIC"),
        gettext_noop("Every try failed. Open it to send it again."),
    ),
    "bom.to_decide": (
        gettext_noop("%(bom)s waits for your approval"),
        gettext_noop("Revision %(revision)s, from %(by)s. You are one of its PICs."),
    ),
    "bom.revised": (
        gettext_noop("%(bom)s was changed and waits for your approval again"),
        gettext_noop(
            "Revision %(revision)s, from %(by)s. Approvals of earlier revisions do not count."
        ),
    ),
    "bom.approved": (
        gettext_noop("%(bom)s is approved by all PICs"),
        gettext_noop(
            "%(by)s was the last; the snapshot is being sent to PPIC. %(remark)s"
        ),
    ),
    "bom.rejected": (
        gettext_noop("%(bom)s is rejected"),
        gettext_noop("%(by)s rejected it: %(remark)s"),
    ),
    "bom.returned": (
        gettext_noop("%(bom)s was sent back for rework"),
        gettext_noop("%(by)s asks for: %(remark)s"),
    ),
    "bom.uninvited": (
        gettext_noop("You are no longer a PIC of %(bom)s"),
        gettext_noop("%(by)s removed you: %(remark)s"),
    ),
    "task.to_do": (
        gettext_noop("New task: %(task)s"),
        gettext_noop("%(by)s put you in charge. Activity: %(activity)s"),
    ),
    "task.to_sign": (
        gettext_noop("%(task)s waits for your signature (%(role)s)"),
        gettext_noop("%(by)s signed the stage before. Activity: %(activity)s"),
    ),
    "task.reopened": (
        gettext_noop(
            "%(task)s was reopened and waits for the signature of the %(role)s"
        ),
        gettext_noop("%(by)s withdrew that signature. Activity: %(activity)s"),
    ),
    "task.complete": (
        gettext_noop("%(task)s is complete"),
        gettext_noop("%(by)s signed as manager. Activity: %(activity)s"),
    ),
    "task.note": ("%(title)s", "%(message)s"),
    "talk.asked": (
        gettext_noop("%(by)s asks you about %(number)s"),
        gettext_noop("%(by)s wants to know: %(text)s"),
    ),
    "talk.mentioned": (
        gettext_noop("%(by)s names you in a comment on %(number)s"),
        gettext_noop("%(by)s wrote: %(text)s"),
    ),
    "talk.replied": (
        gettext_noop("%(by)s replied to you on %(number)s"),
        gettext_noop("%(by)s wrote: %(text)s"),
    ),
    "talk.answered": (
        gettext_noop("%(by)s answered your question about %(number)s"),
        gettext_noop("%(by)s wrote: %(text)s"),
    ),
    "talk.commented": (
        gettext_noop("%(by)s commented on %(number)s"),
        gettext_noop("%(by)s wrote: %(text)s"),
    ),
    "talk.given_up": (
        gettext_noop("Nobody can answer your question about %(number)s"),
        gettext_noop("%(person)s has left. Ask somebody else. You asked: %(text)s"),
    ),
    "follow.revision": (
        gettext_noop("%(number)s has a new revision"),
        gettext_noop("Revision %(revision)s, from %(by)s. You follow it."),
    ),
    "follow.step": (
        gettext_noop("%(number)s: approved by %(by)s, not yet by all"),
        gettext_noop("You follow it. %(remark)s"),
    ),
    "follow.version": (
        gettext_noop("%(title)s has a new version"),
        gettext_noop("Version %(version)s, from %(by)s. You follow it."),
    ),
    "bom.delivered": (
        gettext_noop("PPIC has the snapshot of %(bom)s"),
        gettext_noop("Revision %(revision)s was delivered."),
    ),
}


def title_of(kind: str, facts: Mapping[str, Any]) -> str:
    """The first line of a notice, in the language in force."""
    return (_(TEXTS[kind][0]) % facts).strip()


def message_of(kind: str, facts: Mapping[str, Any]) -> str:
    """The second line of a notice, in the language in force."""
    return (_(TEXTS[kind][1]) % facts).strip()
