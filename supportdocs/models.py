"""Documents, their versions and texts, and the jobs that they support."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.db.models import SoftDeleted, Timestamped
from core.db.ranking import Beginning
from core.http.etags import version_tag


class DocumentQuerySet(models.QuerySet["SupportTable"]):
    """Documents as the department speaks of them."""

    def alive(self) -> Self:
        """Documents that were not deleted."""
        return self.filter(deleted_at=None)

    def listed(self) -> Self:
        """Asked for of every job: the columns of the checklist."""
        return self.alive().filter(in_checklist=True)


class SupportTable(Timestamped, SoftDeleted):
    """A support document under its name; what it holds is its current version.

    ``in_checklist``: every job should have it. A document without a version has only its name: an old
    page sends the name first and the file later (docs/contract.md#support-documents).
    """

    name = models.CharField(_("name"), max_length=300)
    in_checklist = models.BooleanField(_("in the checklist"), default=False)
    current = models.OneToOneField(
        "DocumentVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_by = models.ForeignKey(
        User,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="document_name"),
            models.Index(Beginning("name"), name="document_begins"),
            models.Index(
                fields=["id"],
                name="document_listed",
                condition=models.Q(in_checklist=True, deleted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def etag(self) -> str:
        """Names this state of the record: name, file, whether it is deleted."""
        return version_tag(self.pk, self.updated_at)


class DocumentVersion(models.Model):
    """One file of a document, as it was uploaded; never changed, never removed.

    ``size`` in bytes. ``stored_name`` is where it lies in the store, ``name`` what it was called.
    ``text_state`` says how far the reading of its text is.
    """

    class Text(models.IntegerChoices):
        """How far the reading is."""

        WAITING = 0, _("waiting to be read")
        READ = 1, _("read")
        FAILED = 2, _("could not be read")
        SKIPPED = 3, _("not read")

    document = models.ForeignKey(
        SupportTable, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=150)
    stored_name = models.CharField(_("name in the store"), max_length=120, unique=True)
    extension = models.CharField(max_length=10)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.BigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        User,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    text_state = models.PositiveSmallIntegerField(
        choices=Text.choices, default=Text.WAITING
    )
    text_problem = models.CharField(max_length=20, blank=True)
    text_tries = models.PositiveSmallIntegerField(default=0)
    text_lease = models.DateTimeField(null=True, blank=True)
    # Version of the reader that read it last (core.documents.model.VERSIONS); 0: before they had one.
    text_reader = models.PositiveSmallIntegerField(default=0)
    # What the reader left out, as codes: said in the language of who looks.
    text_notes = models.JSONField(default=list, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    is_damaged = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "number"], name="one_file_per_version"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["uploaded_by", "uploaded_at"], name="version_quota"),
            models.Index(fields=["size", "id"], name="version_size"),
            models.Index(fields=["uploaded_at", "id"], name="version_uploaded"),
            models.Index(fields=["extension", "id"], name="version_type"),
            models.Index(
                fields=["extension", "text_reader", "id"], name="version_reader"
            ),
            models.Index(fields=["checked_at", "id"], name="version_checked"),
            models.Index(
                fields=["id"],
                name="version_unread",
                condition=models.Q(text_state=0),
            ),
            models.Index(
                fields=["id"],
                name="version_damaged",
                condition=models.Q(is_damaged=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def file_path(self) -> str:
        """``filePath`` of the wire: the stored name without its folder."""
        return self.stored_name.rpartition("/")[2]


class FormerName(models.Model):
    """The name under which another system handed a file out: links to it still lead there."""

    name = models.CharField(_("former name"), max_length=500, db_index=True)
    version = models.ForeignKey(
        DocumentVersion, on_delete=models.CASCADE, related_name="former_names"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return self.name


class DocumentContent(models.Model):
    """What a document is found by: its name, and what its current version says.

    ``text`` has a form feed between pages; ``words`` is what the index holds. The key is the
    document's own: a search then never reads the texts that it finds.
    """

    document = models.OneToOneField(
        SupportTable,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="found_by",
    )
    text = models.TextField(blank=True)
    words = models.TextField(blank=True)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.document_id)


class DocumentIndex(models.Model):
    """Rows of ``supportdocs_content_fts``: made by migration 0004, filled by its triggers."""

    rowid = models.BigIntegerField(primary_key=True)
    text = models.TextField(db_column="supportdocs_content_fts")

    class Meta:
        managed = False
        db_table = "supportdocs_content_fts"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.rowid)


class JobQuerySet(models.QuerySet["SupportJob"]):
    """Jobs with a checklist."""

    def alive(self) -> Self:
        """Not removed from the checklist."""
        return self.filter(deleted_at=None)


class SupportJob(Timestamped, SoftDeleted):
    """A job of PPIC whose documents are kept track of; it stays when it has none."""

    job_id = models.BigIntegerField(_("job number"), unique=True)
    job_name = models.CharField(_("job"), max_length=300)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-job_id"]
        verbose_name = _("job with documents")
        verbose_name_plural = _("jobs with documents")
        indexes: ClassVar = [models.Index(Beginning("job_name"), name="job_begins")]

    def __str__(self) -> str:
        return self.job_name or str(self.job_id)


class SupportEngineeringDocument(Timestamped):
    """A document that a job has."""

    job = models.ForeignKey(SupportJob, on_delete=models.CASCADE, related_name="links")
    document = models.ForeignKey(
        SupportTable, on_delete=models.CASCADE, related_name="links"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            # The predecessor doubled these rows (docs/contract.md#documents-of-jobs).
            models.UniqueConstraint(
                fields=["job", "document"], name="document_once_per_job"
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.document_id}"
