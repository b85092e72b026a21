"""Decide from a message: links are made, used once, locked and forgotten."""

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from core.accounts.models import User
from core.accounts.queries import pin_of
from core.accounts.services import check_pin
from core.accounts.services.throttle import (
    count_failure,
    release_attempt,
    reserve_for_address,
)
from core.approvals.models import Decision, DecisionLink
from core.approvals.queries.inbox import stand_ins
from core.approvals.queries.links import (
    JOINED,
    link_of,
    open_assignments,
    require_usable,
    unknown_link,
)
from core.approvals.services.decisions import checked_remark
from core.approvals.signals import link_locked
from core.approvals.subjects import SUBJECTS
from core.errors import DomainError, invalid

LIFE = timedelta(hours=72)
# Long enough that an old link still says that it has expired.
KEPT = timedelta(days=30)
MAX_TRIES = 5
NONCE_BYTES = 16
# The name under which wrong tries are counted per address.
DOOR = "decide"


def make_links(
    record_type: str, record_id: int, people: Collection[int]
) -> dict[int, DecisionLink]:
    """A link for each of these people (user ids) who may decide on a record now.

    Their own assignment counts, else that of a person they stand in for. Called in the transaction
    that owes the message.
    """
    places = open_assignments(record_type, record_id)
    if not places:
        return {}
    kind = places[0].round.kind
    others = stand_ins([row.person_id for row in places], kind)
    found = {
        each: row
        for row in reversed(places)
        for each in (*others.get(row.person_id, ()), row.person_id)
    }
    found |= {row.person_id: row for row in reversed(places)}
    now = timezone.now()
    rows = [
        DecisionLink(
            person_id=key,
            assignment=found[key],
            digest=found[key].round.digest,
            nonce=secrets.token_hex(NONCE_BYTES),
            made_at=now,
            expires_at=now + LIFE,
        )
        for key in sorted(set(people) & found.keys())
    ]
    made = DecisionLink.objects.bulk_create(rows)
    return {row.person_id: row for row in made}


@sensitive_variables("pin")
def decide_by_link(
    *, token: str, pin: str, status: int, remark: str, address: str
) -> Decision:
    """Decide with the link of a message and the person's PIN; the link is used then.

    Must not be called inside a transaction. Raises DomainError ``throttled`` (too many wrong tries
    from this address), ``not_found`` and what ``require_usable`` raises, ``invalid`` (no such status,
    no remark where one is needed, no PIN), ``reauth_required`` (no PIN was ever set), ``pin_locked``,
    ``wrong_credentials``, and what the record's own verb raises.
    """
    with _counted(address):
        link = link_of(token)
        if link is None:
            raise unknown_link()
        require_usable(link)
        text = checked_remark(status, remark)
        _require_pin(link, pin)
        return _decide(link, status, text)


def count_guess(address: str) -> None:
    """Count a token that is not ours against the address; raises DomainError ``throttled``."""
    count_failure(reserve_for_address(DOOR, address))


@contextmanager
def _counted(address: str) -> Iterator[None]:
    """Count a wrong PIN and a guessed token against the address; nothing else is a failure."""
    keys = reserve_for_address(DOOR, address)
    try:
        yield
    except DomainError as error:
        if error.code in {"not_found", "wrong_credentials", "locked"}:
            count_failure(keys)
        else:
            release_attempt(keys)
        raise
    except BaseException:
        release_attempt(keys)
        raise
    release_attempt(keys)


@sensitive_variables("pin")
def _require_pin(link: DecisionLink, pin: str) -> None:
    known = pin_of(link.person)
    if known is None:
        raise DomainError(
            _("You have no PIN yet. Log in and set one, or decide after the login."),
            "reauth_required",
        )
    if known.locked_at is not None:
        raise DomainError(
            _(
                "Your PIN is locked after five wrong tries. Log in to decide, or to set a new PIN."
            ),
            "pin_locked",
        )
    if not pin:
        raise invalid("pin", _("Enter your PIN."))
    if not _is_right(link.person, pin):
        raise _wrong_try(link)


@sensitive_variables("pin")
def _is_right(person: User, pin: str) -> bool:
    """The try that locks the PIN is a wrong one, too."""
    try:
        return check_pin(person, pin)
    except DomainError as error:
        if error.code != "pin_locked":
            raise
        return False


@transaction.atomic
def _count_try(link: DecisionLink) -> DecisionLink:
    """The row with one more wrong try; the fifth locks it, and the person hears of it."""
    DecisionLink.objects.filter(pk=link.pk).update(failures=F("failures") + 1)
    row = DecisionLink.objects.select_related(*JOINED).get(pk=link.pk)
    if row.failures >= MAX_TRIES:
        now = timezone.now()
        rows = DecisionLink.objects.filter(pk=link.pk, locked_at=None)
        # Of many tries at once one locks it, and tells it once.
        if rows.update(locked_at=now):
            row.locked_at = now
            link_locked.send(DecisionLink, link=row)
    return row


def _wrong_try(link: DecisionLink) -> DomainError:
    row = _count_try(link)
    left = MAX_TRIES - row.failures
    if left <= 0:
        return DomainError(
            _(
                "This was the fifth wrong try: the link is locked, and you get a notice of it. Log in to"
                " decide."
            ),
            "locked",
        )
    return DomainError(
        ngettext(
            "The PIN is wrong. %d try is left.",
            "The PIN is wrong. %d tries are left.",
            left,
        )
        % left,
        "wrong_credentials",
    )


@transaction.atomic
def _decide(link: DecisionLink, status: int, remark: str) -> Decision:
    """The link is locked first, then the record: of two presses one decides (docs/threats.md#t04)."""
    rows = DecisionLink.objects.select_for_update(of=("self",))
    row = rows.select_related(*JOINED).get(pk=link.pk)
    require_usable(row)
    place, found = row.assignment, row.assignment.round
    decision: Decision = SUBJECTS[found.record_type].decide(
        found.record_id,
        by=row.person,
        status=status,
        remark=remark,
        revision=found.revision,
        digest=row.digest,
        on_behalf_of=None if row.is_own else place.person.ext_id,
        door=Decision.Door.LINK,
        confirmed=Decision.Confirmed.PIN,
    )
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    return decision


def forget_links() -> int:
    """Remove links that expired a month ago; returns how many. A job of the worker."""
    rows = DecisionLink.objects.filter(expires_at__lt=timezone.now() - KEPT)
    count, _by_model = rows.delete()
    return count
