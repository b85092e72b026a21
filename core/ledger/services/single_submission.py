"""A form of the portal is saved once: its key is kept with the first event of what it made."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Model

from core.accounts.models import User
from core.ledger.models import RequestKey

MAX_KEY = 100
PREFIX = "form:"
DONE = 201


class SavedBefore(Exception):  # noqa: N818  (not an error: it leads to what was made)
    """This form has made a record already.

    record_id: of what it made. is_same: whether the same content came again.
    """

    def __init__(self, record_id: int, *, is_same: bool) -> None:
        super().__init__()
        self.record_id = record_id
        self.is_same = is_same


@dataclass(slots=True)
class FormBeingSaved:
    """The form of this request. model: of the record that it makes."""

    user: User
    key: str
    fingerprint: str
    model: type[Model]
    is_kept: bool = False


current: ContextVar[FormBeingSaved | None] = ContextVar("form", default=None)


@contextmanager
def saving_once(form: FormBeingSaved) -> Iterator[None]:
    """Let the verb inside make one record at most for this person's form.

    The key is written by the verb's own transaction, with the record's first event: both are there
    or neither. Raises SavedBefore for a form that came before, also when both came at once.
    """
    form.key = PREFIX + form.key
    _refuse_saved(form)
    token = current.set(form)
    try:
        yield
    finally:
        current.reset(token)


def keep_form(about: Model) -> None:
    """Called with each event: the first one about the record that the form makes keeps the key."""
    form = current.get()
    if form is None or form.is_kept or not isinstance(about, form.model):
        return
    row = RequestKey(
        user=form.user,
        key=form.key,
        fingerprint=form.fingerprint,
        status=DONE,
        headers={"record": about.pk},
        body=b"",
    )
    try:
        # A savepoint: after a failed insert PostgreSQL would refuse the rest of the transaction.
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        _refuse_saved(form)
        raise
    form.is_kept = True


def _refuse_saved(form: FormBeingSaved) -> None:
    row = RequestKey.objects.filter(user=form.user, key=form.key).first()
    if row is not None:
        is_same = row.fingerprint == form.fingerprint
        raise SavedBefore(row.headers["record"], is_same=is_same)
