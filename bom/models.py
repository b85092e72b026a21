"""A BOM under approval, its revisions, its PICs and what they decided."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.approvals.models import Decision, Status
from core.approvals.models.rounds import DecisionQuerySet
from core.db.models import SoftDeleted, Timestamped
from core.db.ranking import Beginning
from core.text.normal_form import plain_text


class BomQuerySet(models.QuerySet["BomApproval"]):
    """BOM approvals as the department speaks of them."""

    def alive(self) -> Self:
        return self.filter(deleted_at=None)

    def waiting(self) -> Self:
        """The present revision is not settled."""
        return self.alive().filter(status=Status.PENDING)


class BomApproval(Timestamped, SoftDeleted):
    """One BOM of PPIC that its PICs must agree on; one row per BOM.

    ``revision``, ``digest`` and ``status`` are those of the present revision; ``status`` is
    derived from the decisions and never posted.
    """

    class Source(models.TextChoices):
        """Origin of the present revision."""

        WEBHOOK = "webhook", _("PPIC told us")
        POLL = "poll", _("found by looking")
        PERSON = "person", _("put up by hand")
        IMPORT = "import", _("from the old system, not witnessed")

    # One row a BOM: the predecessor kept several and answered any of them
    # (docs/contract.md#bom-approvals).
    ext_bom_leveled_id = models.BigIntegerField(_("BOM (PPIC's id)"), unique=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    genesis_ext_id = models.BigIntegerField(
        _("family (PPIC's id)"), null=True, blank=True
    )
    ext_user_id = models.BigIntegerField(_("raised by (id)"), null=True, blank=True)
    opened_by = models.ForeignKey(
        User,
        verbose_name=_("opened by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    source = models.CharField(
        _("source"), max_length=10, choices=Source.choices, default=Source.PERSON
    )
    revision = models.PositiveIntegerField(_("revision"), default=1)
    digest = models.CharField(_("digest"), max_length=64)
    status = models.PositiveSmallIntegerField(
        _("status"), choices=Status.choices, default=Status.PENDING
    )
    approval_date = models.DateTimeField(_("decided at"), null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    last_occurred_at = models.DateTimeField(
        _("last news from PPIC"), null=True, blank=True
    )
    # PPIC's id and the name in the normal form; kept by ``services.opening``.
    search_text = models.TextField(blank=True, editable=False)

    objects = BomQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("BOM approval")
        verbose_name_plural = _("BOM approvals")
        indexes: ClassVar = [
            models.Index(fields=["status", "id"], name="bom_status"),
            models.Index(fields=["opened_at", "id"], name="bom_opened"),
            models.Index(Beginning("name"), name="bom_begins"),
        ]

    def __str__(self) -> str:
        return self.name or f"BOM {self.ext_bom_leveled_id}"

    def set_name(self, name: str, family: int | None = None) -> None:
        """The name, its family, and what it is found by."""
        self.name, self.genesis_ext_id = name, family
        self.search_text = plain_text(f"{self.ext_bom_leveled_id} {name}")

    @property
    def decisions(self) -> DecisionQuerySet:
        """Every decision there ever was on it."""
        return Decision.objects.about(self)

    @property
    def is_settled(self) -> bool:
        """Whether the present revision is approved or rejected."""
        return self.status in {Status.ACCEPTED, Status.REJECTED}

    @property
    def is_pending(self) -> bool:
        """Whether it can be decided."""
        return self.status == Status.PENDING and self.deleted_at is None


class BomIndex(models.Model):
    """Rows of ``bom_fts`` on SQLite: made by migration 0011, filled by its triggers."""

    rowid = models.BigIntegerField(primary_key=True)
    text = models.TextField(db_column="bom_fts")

    class Meta:
        managed = False
        db_table = "bom_fts"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.rowid)


class BomRevision(models.Model):
    """The content of a BOM as it stood when it was put up for approval; never changed."""

    approval = models.ForeignKey(
        BomApproval,
        verbose_name=_("approval"),
        on_delete=models.CASCADE,
        related_name="revisions",
    )
    number = models.PositiveIntegerField(_("number"))
    digest = models.CharField(_("digest"), max_length=64)
    content = models.JSONField()
    line_count = models.PositiveIntegerField()
    opened_at = models.DateTimeField(_("opened at"))
    source = models.CharField(
        _("source"), max_length=10, choices=BomApproval.Source.choices
    )
    outcome = models.PositiveSmallIntegerField(
        _("outcome"), choices=Status.choices, default=Status.PENDING
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["approval", "number"], name="one_content_per_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.approval} r{self.number}"


class BomPicQuerySet(models.QuerySet["BomApprovalPic"]):
    """Invitations by whether they stand."""

    def alive(self) -> Self:
        return self.filter(deleted_at=None)


class BomApprovalPic(Timestamped, SoftDeleted):
    """A person (auth server id) whose yes is needed."""

    approval = models.ForeignKey(
        BomApproval,
        verbose_name=_("approval"),
        on_delete=models.CASCADE,
        related_name="pics",
    )
    ext_user_id = models.BigIntegerField(_("person (id)"))
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = BomPicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            # Of those that stand: a person who was taken out may be invited again.
            models.UniqueConstraint(
                fields=["approval", "ext_user_id"],
                condition=models.Q(deleted_at=None),
                name="one_invitation_per_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.ext_user_id)


class BomSeen(models.Model):
    """A BOM as the poll last saw it; the first poll only records (docs/contract.md#news-of-a-bom).

    ``digest`` is empty while the content was never read, ``?`` for a BOM that came after the
    first look and could not be read yet: it opens an approval as soon as it can.
    """

    UNREAD, OWED = "", "?"

    ext_bom_leveled_id = models.BigIntegerField(_("BOM (PPIC's id)"), unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.ext_bom_leveled_id} {self.digest[:8]}"


class FirstLook(models.Model):
    """That a PPIC's BOMs were recorded once, by its address: from then on a new one is news.

    Rows of ``BomSeen`` do not tell: a webhook or a person may be quicker than the first look.
    """

    address = models.CharField(_("address"), max_length=300, unique=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    def __str__(self) -> str:
        return self.address


class HookCall(models.Model):
    """A webhook of PPIC that was taken in, by its event id: the same one has one effect."""

    event_id = models.CharField(max_length=120, unique=True)
    ext_bom_leveled_id = models.BigIntegerField(_("BOM (PPIC's id)"))
    pic_ids = models.JSONField(default=list)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField(_("next attempt"), null=True, db_index=True)
    outcome = models.CharField(_("outcome"), max_length=40, blank=True)

    def __str__(self) -> str:
        return self.event_id


class BomDefaultPic(models.Model):
    """A person to ask when PPIC names nobody; without any row, every SPV is asked."""

    ext_user_id = models.BigIntegerField(_("person (auth server id)"), unique=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("default PIC of BOMs")
        verbose_name_plural = _("default PICs of BOMs")

    def __str__(self) -> str:
        return str(self.ext_user_id)
