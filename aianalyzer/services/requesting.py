"""Ask for an analysis, and ask again."""

from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.permissions import require_steering
from aianalyzer.policies.prompts import LANGUAGES, VERSION
from aianalyzer.queries.classes import class_so_far, stricter
from aianalyzer.queries.models_on_offer import ModelChoice, choice_of, require_allowed
from aianalyzer.services.execution import analyse
from core.accounts.models import Role, User
from core.accounts.permissions import require
from core.accounts.services import take_quota
from core.db.locking import locked
from core.documents.extraction import EXTENSIONS
from core.errors import DomainError, invalid
from core.files.filetypes import TYPES
from core.files.uploaded import StoredFile, discarded_on_failure, store
from core.ledger.services import record

State = InquiryAiGeneration.State
Provider = InquiryAiGeneration.Provider
OPEN_PER_PERSON = 20
FOLDER = "analyses"
# Of the types that are accepted: those whose text is more than names.
READ = {
    name: kind
    for name, kind in TYPES.items()
    if name in EXTENSIONS and name not in {"zip", "dxf"}
}


def start_analysis(
    *,
    by: User,
    name: str,
    content: IO[bytes],
    model: str = "",
    document_class: str = InquiryAiGeneration.DocumentClass.INTERNAL,
    language: str = "",
    ext_inquiry_id: int | None = None,
    subject: str = "",
) -> InquiryAiGeneration:
    """Keep the document and let the worker analyse it.

    The strictest class that the same bytes were ever given holds; a manager may lower it.
    ``model`` is a key of ``choices()``, "" for the offline analyzer; ``language`` is ``id``, ``en``
    or "" for that of the document. Raises DomainError ``invalid``, ``unsupported_type``,
    ``too_large``, ``storage_full``, ``forbidden`` (the class does not allow the model),
    ``throttled`` or ``unavailable`` (the day's analyses are used up).
    """
    require(by, "analyse_document")
    choice = choice_of(model)
    require_allowed(choice, document_class)
    if language not in {"", *LANGUAGES}:
        raise invalid("language", _("One of: %s.") % ", ".join(LANGUAGES))
    with discarded_on_failure(_stored(by, name, content)) as file, transaction.atomic():
        document_class = _class_that_holds(file.sha256, document_class, by)
        require_allowed(choice, document_class)
        _require_room(by, choice)
        generation = InquiryAiGeneration.objects.create(
            file_name=file.name,
            stored_name=file.stored_name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            model=choice.model,
            provider=choice.provider,
            prompt_version=VERSION,
            document_class=document_class,
            language=language,
            ext_inquiry_id=ext_inquiry_id,
            subject=subject[:300],
            asked_by=by,
            run=1,
        )
        record(generation, "analysis.asked", by=by, after=_event_values(generation))
        # In the transaction: the task is a row, too, and commits with what it is about.
        analyse.enqueue(generation_id=generation.pk)
    return generation


def _class_that_holds(sha256: str, wanted: str, by: User) -> str:
    if Role.MANAGER in by.role_names:
        return wanted
    return stricter(class_so_far(sha256), wanted)


def _event_values(generation: InquiryAiGeneration) -> dict[str, object]:
    """Values for the history: never a word of the document or the answer."""
    return {
        "fileName": generation.file_name,
        "sha256": generation.sha256,
        "model": generation.model,
        "provider": generation.provider,
        "documentClass": generation.document_class,
        "inquiryId": generation.ext_inquiry_id,
        "promptVersion": generation.prompt_version,
    }


def _stored(by: User, name: str, content: IO[bytes]) -> StoredFile:
    take_quota(by, content)
    limit = settings.ATTACHMENT_MAX_BYTES
    return store(name, content, limit, folder=FOLDER, types=READ)


def _require_room(by: User, choice: ModelChoice) -> None:
    """Refuse too many at once, and too many paid ones in a day (docs/threats.md#t59).

    The person's row is locked, so that two requests cannot both take the last place.
    """
    locked(User.objects.all(), by.pk)
    own = InquiryAiGeneration.objects.filter(asked_by=by)
    if own.open().count() >= OPEN_PER_PERSON:
        raise DomainError(
            _("%d of your analyses are still waiting. Let some of them finish first.")
            % OPEN_PER_PERSON,
            "throttled",
            retry_after=60,
        )
    if choice.is_outside:
        _require_budget(by)


def _require_budget(by: User) -> None:
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    wait = int(24 * 3600 - (now - midnight).total_seconds())
    rows = InquiryAiGeneration.objects.filter(created_at__gte=midnight).exclude(
        provider__in=(Provider.OFFLINE, Provider.OUTSIDE)
    )
    if rows.filter(asked_by=by).count() >= settings.AI_DAILY_PER_PERSON:
        raise DomainError(
            _(
                "You have used your %d analyses by outside models of today. The offline"
                " analyzer has no such limit."
            )
            % settings.AI_DAILY_PER_PERSON,
            "throttled",
            retry_after=wait,
        )
    if rows.count() >= settings.AI_DAILY_TOTAL:
        raise DomainError(
            _(
                "All analyses by outside models of today are used up. Choose the offline"
                " analyzer, or wait until tomorrow."
            ),
            "unavailable",
            retry_after=wait,
        )


def retry_analysis(*, generation_id: int, by: User) -> InquiryAiGeneration:
    """Analyse the same document with the same model again, after a failure or a cancel.

    Raises DomainError ``forbidden``, ``not_found``, ``illegal_transition``, ``throttled``.
    """
    with transaction.atomic():
        generation = locked(InquiryAiGeneration.objects.all(), generation_id)
        require_steering(by, generation)
        if not generation.may_be_retried:
            raise DomainError(
                _("Only an analysis that failed or was cancelled can be retried."),
                "illegal_transition",
            )
        choice = choice_of(
            f"{generation.provider}:{generation.model}".removesuffix(":offline")
        )
        # Somebody may have said since that it goes less far; who retries says nothing of it.
        so_far = class_so_far(generation.sha256)
        require_allowed(choice, stricter(so_far, generation.document_class))
        _require_room(by, choice)
        _start_anew(generation)
        record(generation, "analysis.retried", by=by, after=_event_values(generation))
        analyse.enqueue(generation_id=generation.pk)
    return generation


def _start_anew(generation: InquiryAiGeneration) -> None:
    """As on the first day, but with a new run, so that an old worker can write nothing."""
    generation.run += 1
    generation.state, generation.step, generation.progress = State.QUEUED, "", 0
    generation.attempts, generation.failure, generation.failure_detail = 0, "", ""
    generation.content, generation.facts, generation.citations = "", [], []
    generation.word_count, generation.notes = 0, []
    generation.tokens_in = generation.tokens_out = generation.duration_ms = None
    generation.lease_until = generation.started_at = generation.finished_at = None
    generation.prompt_version = VERSION
    generation.save()
