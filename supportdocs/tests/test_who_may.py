"""Each verb of a document and of a job's checklist: for whom, and on what is there."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import pytest

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from supportdocs.models import SupportJob, SupportTable
from supportdocs.services import (
    add_job_documents,
    delete_document,
    list_document,
    remove_job,
    remove_job_document,
    rename_document,
    restore_document,
    restore_job,
    set_job_documents,
    upload_version,
)
from supportdocs.tests.conftest import WORDS
from tests.people import make_person

pytestmark = pytest.mark.django_db
Verb = Callable[[int, User], object]
JOB = 51
VERBS: dict[str, Verb] = {
    "upload_version": lambda pk, by: upload_version(
        document_id=pk, by=by, file_name="b.pdf", content=BytesIO(WORDS)
    ),
    "rename": lambda pk, by: rename_document(document_id=pk, by=by, name="Lain"),
    "list": lambda pk, by: list_document(document_id=pk, by=by, is_listed=True),
    "delete": lambda pk, by: delete_document(document_id=pk, by=by),
    "tick": lambda pk, by: add_job_documents(
        job_id=JOB, by=by, document_ids=[pk], job_name="A"
    ),
    "set ticks": lambda pk, by: set_job_documents(
        job_id=JOB, by=by, document_ids=[pk], job_name="A"
    ),
}
STAFF = "uploader stranger pic spv manager admin"
MAY = {
    "upload_version": STAFF,
    "rename": STAFF,
    "list": "spv manager admin",
    "delete": "uploader manager admin",
    "tick": STAFF,
    "set ticks": STAFF,
}


def code_of(call: Callable[[], object]) -> str:
    """``done``, or the code of the refusal."""
    try:
        call()
    except DomainError as error:
        return error.code
    return "done"


@pytest.mark.parametrize("who", STAFF.split())
@pytest.mark.parametrize("verb", VERBS)
def test_who_may(document: SupportTable, agus: User, verb: str, who: str) -> None:
    roles = who if who in {"pic", "spv", "manager"} else ""
    other = make_person(60, "Somebody", *roles.split(), is_superuser=who == "admin")
    before = Event.objects.count()
    by = agus if who == "uploader" else other
    code = code_of(lambda: VERBS[verb](document.pk, by))
    is_allowed = who in MAY[verb].split()
    assert code == ("done" if is_allowed else "forbidden")
    assert (Event.objects.count() > before) is is_allowed


@pytest.mark.parametrize("verb", VERBS)
def test_a_deleted_document_is_not_there(
    document: SupportTable, rina: User, verb: str
) -> None:
    delete_document(document_id=document.pk, by=rina)
    before = Event.objects.count()
    code = code_of(lambda: VERBS[verb](document.pk, rina))
    assert code in {"not_found", "invalid"}
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("who", "code"),
    [("agus", "done"), ("budi", "forbidden"), ("hendi", "forbidden"), ("rina", "done")],
)
def test_who_takes_a_document_back(
    document: SupportTable, people: dict[str, User], who: str, code: str
) -> None:
    delete_document(document_id=document.pk, by=people["rina"])
    back = partial(restore_document, document_id=document.pk, by=people[who])
    assert code_of(back) == code
    assert SupportTable.objects.alive().exists() is (code == "done")


@pytest.fixture
def people(agus: User, budi: User, hendi: User, rina: User) -> dict[str, User]:
    """By name; Agus uploaded it."""
    return {person.username: person for person in (agus, budi, hendi, rina)}


def test_a_checklist_goes_and_comes_with_its_ticks(
    document: SupportTable, rina: User
) -> None:
    for call in (
        lambda: remove_job(job_id=JOB, by=rina),
        lambda: restore_job(job_id=JOB, by=rina),
        lambda: remove_job_document(job_id=JOB, by=rina, document_id=document.pk),
    ):
        assert code_of(call) == "not_found"
    add_job_documents(job_id=JOB, by=rina, document_ids=[document.pk], job_name="A")
    remove_job(job_id=JOB, by=rina)
    assert code_of(lambda: remove_job(job_id=JOB, by=rina)) == "not_found"
    restore_job(job_id=JOB, by=rina)
    assert SupportJob.objects.get().links.count() == 1
