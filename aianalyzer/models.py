"""An analysis: what was read, by which model, and what came out."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.db.models import Timestamped


class GenerationQuerySet(models.QuerySet["InquiryAiGeneration"]):
    """Analyses as the pages speak of them."""

    def open(self) -> Self:
        """Waiting or at work."""
        return self.filter(state__in=InquiryAiGeneration.OPEN)

    def done(self) -> Self:
        """Analyses that ended with an answer."""
        return self.filter(state=InquiryAiGeneration.State.DONE)


class InquiryAiGeneration(Timestamped):
    """One answer about one document or inquiry, with everything that is needed to check it.

    The wire shows ``file_name``, ``model``, ``inquiry_id`` and ``content`` as the predecessor did;
    the rest says where the answer comes from. Only the worker writes an answer: a row that a client
    posted (``record_generation``) has the provider ``outside`` and no source.
    """

    class State(models.TextChoices):
        """State of an analysis."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being analysed")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Step(models.TextChoices):
        """Step of the work."""

        WAITING = "", _("Waiting for its turn")
        READING = "reading", _("Reading the document")
        ASKING = "asking", _("Writing the answer")
        CHECKING = "checking", _("Checking the sources")

    class Provider(models.TextChoices):
        """Source of the answer."""

        OFFLINE = "offline", _("Offline analyzer (by rules)")
        OPENAI = "openai", _("AI model")
        ANTHROPIC = "anthropic", _("Anthropic")
        ESTIMATOR = "estimator", _("Company estimator")
        OUTSIDE = "outside", _("Recorded from outside")

    class DocumentClass(models.TextChoices):
        """Class of a document: the models that may read it."""

        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")

    OPEN = (State.QUEUED, State.RUNNING)

    file_name = models.CharField(_("file"), max_length=200, blank=True)
    model = models.CharField(_("model"), max_length=100, blank=True)
    ext_inquiry_id = models.BigIntegerField(
        _("inquiry (CRM's id)"), null=True, blank=True
    )
    content = models.TextField(blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.QUEUED
    )
    step = models.CharField(
        _("step"), max_length=10, choices=Step.choices, default=Step.WAITING, blank=True
    )
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    stored_name = models.CharField(_("name in the store"), max_length=120, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    size = models.BigIntegerField(_("size (bytes)"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    page_count = models.PositiveIntegerField(_("pages"), default=0)
    notes = models.JSONField(_("notes"), default=list)
    document_class = models.CharField(
        _("class of the document"),
        max_length=12,
        choices=DocumentClass.choices,
        default=DocumentClass.INTERNAL,
    )
    language = models.CharField(_("language"), max_length=2, blank=True)
    provider = models.CharField(
        _("provider"), max_length=10, choices=Provider.choices, default=Provider.OFFLINE
    )
    prompt_version = models.CharField(
        _("version of the prompt"), max_length=20, blank=True
    )
    tokens_in = models.PositiveIntegerField(_("tokens read"), null=True, blank=True)
    tokens_out = models.PositiveIntegerField(_("tokens written"), null=True, blank=True)
    duration_ms = models.PositiveIntegerField(_("duration (ms)"), null=True, blank=True)
    word_count = models.PositiveIntegerField(_("words"), default=0)
    facts = models.JSONField(default=list)
    citations = models.JSONField(default=list)
    failure = models.CharField(_("failure"), max_length=20, blank=True)
    failure_detail = models.CharField(
        _("detail of the failure"), max_length=100, blank=True
    )
    asked_by = models.ForeignKey(
        User,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    run = models.PositiveIntegerField(_("run"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("taken until"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        indexes: ClassVar = [
            models.Index(fields=["ext_inquiry_id", "id"], name="generation_inquiry"),
            models.Index(fields=["state", "lease_until"], name="generation_state"),
            models.Index(fields=["asked_by", "created_at"], name="generation_person"),
        ]

    def __str__(self) -> str:
        return self.subject or self.file_name or f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        """Waiting or at work."""
        return self.state in self.OPEN

    @property
    def may_be_retried(self) -> bool:
        """Ended without an answer, and its file is still there."""
        return self.state in {self.State.FAILED, self.State.CANCELLED} and bool(
            self.stored_name
        )

    @property
    def is_outside(self) -> bool:
        """Whether a client wrote it, so that nothing of it is checked."""
        return self.provider == self.Provider.OUTSIDE

    @property
    def was_prompted(self) -> bool:
        """Whether a model was told what to do; rules and the estimator are not."""
        return self.provider in {self.Provider.OPENAI, self.Provider.ANTHROPIC}

    @property
    def seconds(self) -> float:
        """Duration of the work."""
        return (self.duration_ms or 0) / 1000

    @property
    def not_found_count(self) -> int:
        """Number of its sources that are not in the document."""
        return sum(each["state"] in {"missing", "none"} for each in self.citations)


class SourcePage(models.Model):
    """Text of one page, kept so that the answer can be checked against it."""

    generation = models.ForeignKey(
        InquiryAiGeneration, on_delete=models.CASCADE, related_name="pages"
    )
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(blank=True)
    is_ocr = models.BooleanField(default=False)
    # Of a recognised page: each word with its place (core.documents.model.PlacedWord).
    words = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["generation", "number"], name="one_text_per_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.generation_id} p{self.number}"
