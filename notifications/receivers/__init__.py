"""The one place that listens: news of the other apps become notices, in their transaction."""

from activities.signals import (
    activity_removed,
    in_charges_changed,
    task_added,
    task_removed,
    task_reopened,
    task_signed,
)
from aianalyzer.signals import analysis_ended
from bom.signals import bom_decided, bom_invited, bom_opened, bom_uninvited
from core.accounts.signals import (
    admin_settled,
    person_named,
    pin_locked,
    pin_removed,
    pin_set,
    role_granted,
    role_revoked,
    sessions_ended,
)
from core.approvals.signals import (
    link_locked,
    nobody_left,
    people_asked,
    people_released,
    people_reminded,
    substitute_named,
)
from core.ledger.signals import delivery_made, delivery_parked
from core.talk.signals import comment_added, comment_edited, question_given_up
from engineering.signals import (
    change_decided,
    change_edited,
    change_submitted,
    change_withdrawn,
)
from notifications.receivers import (
    accounts,
    boms,
    changes,
    documents,
    operations,
    rounds,
    talk,
    tasks,
)
from supportdocs.signals import document_damaged, document_deleted, version_added


def connect() -> None:
    """Start listening; each line is one kind of news."""
    _connect_rounds()
    _connect_documents()
    _connect_talk()
    change_submitted.connect(changes.on_change_submitted)
    change_edited.connect(changes.on_change_edited)
    change_decided.connect(changes.on_change_decided)
    change_withdrawn.connect(changes.on_change_withdrawn)
    role_granted.connect(accounts.on_role_granted)
    role_revoked.connect(accounts.on_role_revoked)
    admin_settled.connect(accounts.on_admin_settled)
    sessions_ended.connect(accounts.on_sessions_ended)
    pin_set.connect(accounts.on_pin_set)
    pin_removed.connect(accounts.on_pin_removed)
    pin_locked.connect(accounts.on_pin_locked)
    delivery_parked.connect(operations.on_delivery_parked)
    delivery_made.connect(boms.on_delivery_made)
    bom_opened.connect(boms.on_bom_opened)
    bom_invited.connect(boms.on_bom_invited)
    bom_uninvited.connect(boms.on_bom_uninvited)
    bom_decided.connect(boms.on_bom_decided)
    task_added.connect(tasks.on_task_added)
    in_charges_changed.connect(tasks.on_in_charges_changed)
    task_signed.connect(tasks.on_task_signed)
    task_reopened.connect(tasks.on_task_reopened)
    task_removed.connect(tasks.on_task_removed)
    activity_removed.connect(tasks.on_activity_removed)
    analysis_ended.connect(operations.on_analysis_ended)
    person_named.connect(accounts.on_person_named)


def _connect_documents() -> None:
    document_damaged.connect(documents.on_document_damaged)
    version_added.connect(documents.on_version_added)
    document_deleted.connect(documents.on_document_deleted)


def _connect_talk() -> None:
    comment_added.connect(talk.on_comment_added)
    comment_edited.connect(talk.on_comment_edited)
    question_given_up.connect(talk.on_question_given_up)


def _connect_rounds() -> None:
    people_asked.connect(rounds.on_people_asked)
    link_locked.connect(rounds.on_link_locked)
    people_reminded.connect(rounds.on_people_reminded)
    substitute_named.connect(rounds.on_substitute_named)
    people_released.connect(rounds.on_people_released)
    nobody_left.connect(rounds.on_nobody_left)
