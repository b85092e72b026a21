"""A change notice, its items, its decisions and its files."""

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.accounts.models import User
from core.approvals.models import Decision, Status
from core.approvals.models.rounds import DecisionQuerySet
from core.db.models import SoftDeleted, Timestamped
from core.db.ranking import Beginning
from core.http.etags import version_tag
from core.text.ids import as_id

# The boxes of the Change Request form that the predecessor printed and never kept, as it has them.
CHANGE_REQUEST_FIELDS = (
    "justification",
    "impact_without",
    "impact_risk",
    "impact_schedule",
    "customer_pays",
    "customer_reference",
    "internal_cause",
)


class ChangeQuerySet(models.QuerySet["ChangeNotice"]):
    """Changes as the department speaks of them."""

    def alive(self) -> Self:
        return self.filter(deleted_at=None)

    def waiting(self) -> Self:
        """Nobody has settled them yet."""
        return self.alive().filter(status=Status.PENDING)


class ChangeNotice(Timestamped, SoftDeleted):
    """An ECN, CCN, FAB or other change of what was ordered, with its cost and its decisions.

    ``revision`` and ``digest`` name the content; an edit makes a new revision and voids the
    decisions given so far. ``increase``, ``decrease`` and ``net`` (IDR) are
    sums over the live items, kept by the services.
    """

    class Kind(models.IntegerChoices):
        """``typeEcnCcn`` of the wire."""

        ECN = 0, _("ECN")
        CCN = 1, _("CCN")
        OTHERS = 2, _("Others")
        FAB = 3, _("FAB")

    class Direction(models.IntegerChoices):
        """``type`` of the wire."""

        ADDITION = 0, _("Addition")
        REDUCTION = 1, _("Reduction")

    class Priority(models.IntegerChoices):
        """Box of the Change Request form."""

        TOP = 1, _("Top")
        HIGH = 2, _("High")
        MEDIUM = 3, _("Medium")
        LOW = 4, _("Low")

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.PositiveSmallIntegerField(
        _("type"), choices=Kind.choices, default=Kind.ECN
    )
    direction = models.PositiveSmallIntegerField(
        _("addition or reduction"), choices=Direction.choices, null=True, blank=True
    )
    date = models.DateField(_("date"))
    po_number = models.CharField(_("PO number"), max_length=100, blank=True)
    customer = models.CharField(_("customer"), max_length=200, blank=True)
    # In the normal form: two spellings are found and grouped together.
    customer_plain = models.CharField(max_length=200, blank=True, editable=False)
    project_name = models.CharField(_("project"), max_length=300, blank=True)
    product_name = models.CharField(_("product name"), max_length=300, blank=True)
    engineering = models.TextField(
        pgettext_lazy("what is changed", "change"), blank=True
    )
    detail_problem = models.TextField(_("reason"), blank=True)
    ext_job_id = models.BigIntegerField(_("job"), null=True, blank=True)
    ext_purchase_order_id = models.BigIntegerField(
        _("purchase order"), null=True, blank=True
    )
    ext_panel_code_id = models.BigIntegerField(_("product"), null=True, blank=True)
    ext_user_id = models.BigIntegerField(_("requested by"), null=True, blank=True)
    requester = models.ForeignKey(
        User,
        verbose_name=_("requester"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    requester_name = models.CharField(_("requester's name"), max_length=200, blank=True)
    has_po = models.BooleanField(_("PO received?"), null=True, blank=True)
    margin_before = models.DecimalField(
        _("margin before (%)"), max_digits=9, decimal_places=4, null=True, blank=True
    )
    margin_after = models.DecimalField(
        _("margin after (%)"), max_digits=9, decimal_places=4, null=True, blank=True
    )

    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.MEDIUM
    )
    justification = models.TextField(
        _("business or technical justification"), blank=True
    )
    impact_without = models.TextField(_("impact of not making the change"), blank=True)
    impact_risk = models.TextField(_("impact on project risk"), blank=True)
    impact_schedule = models.TextField(_("impact on schedule"), blank=True)
    customer_pays = models.BooleanField(
        _("will the customer pay?"), null=True, blank=True
    )
    customer_reference = models.CharField(
        _("customer reference"), max_length=200, blank=True
    )
    internal_cause = models.TextField(_("internal cause"), blank=True)

    status = models.PositiveSmallIntegerField(
        _("status"), choices=Status.choices, default=Status.PENDING
    )
    approval_date = models.DateTimeField(_("decided at"), null=True, blank=True)
    approval_ext_user_id = models.BigIntegerField(
        _("decided by (id)"), null=True, blank=True
    )
    approval_remark = models.TextField(_("remark of the decision"), blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    increase = models.DecimalField(
        _("increase"), max_digits=20, decimal_places=2, default=Decimal(0)
    )
    decrease = models.DecimalField(
        _("decrease"), max_digits=20, decimal_places=2, default=Decimal(0)
    )
    net = models.DecimalField(
        _("net"), max_digits=20, decimal_places=2, default=Decimal(0)
    )
    search_text = models.TextField(blank=True, editable=False)
    # Which part of EMS filled the form in (``analysis:12``); no part of what is signed.
    origin = models.CharField(_("origin"), max_length=60, blank=True, editable=False)
    created_by = models.ForeignKey(
        User,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    # ``origin`` of what was taken over: EMS did not witness it.
    OLD_SYSTEM = "old-system"

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change notice")
        verbose_name_plural = _("change notices")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "date"], name="change_kind_date"),
            models.Index(fields=["status", "id"], name="change_status"),
            models.Index(fields=["date", "id"], name="change_date"),
            models.Index(fields=["net", "id"], name="change_net"),
            models.Index(fields=["po_number", "id"], name="change_po_number"),
            models.Index(fields=["customer_plain"], name="change_customer"),
            models.Index(fields=["ext_purchase_order_id"], name="change_po"),
            models.Index(Beginning("engineering"), name="change_begins"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """One line that says what it is about."""
        text = self.engineering or self.detail_problem or self.project_name
        return (text.strip().splitlines() or [self.number])[0][:140]

    @property
    def is_from_old_system(self) -> bool:
        """Whether it was raised, and perhaps decided, before EMS was there."""
        return self.origin == self.OLD_SYSTEM

    @property
    def origin_url(self) -> str:
        """The page of what the change was made from; empty where it was typed."""
        kind, _colon, key = self.origin.partition(":")
        is_known = kind == "analysis" and as_id(key) is not None
        return reverse("aianalyzer:answer_detail", args=[key]) if is_known else ""

    @property
    def etag(self) -> str:
        """Names this state of the record: content, decision and files."""
        return version_tag(self.pk, self.revision, self.updated_at)

    @property
    def decisions(self) -> DecisionQuerySet:
        """Every decision there ever was on it."""
        return Decision.objects.about(self)

    @property
    def is_pending(self) -> bool:
        """Whether it can be decided."""
        return self.status == Status.PENDING and self.deleted_at is None

    @property
    def is_editable(self) -> bool:
        """Whether its content can be changed: nobody has approved or rejected it."""
        is_open = self.status in {Status.PENDING, Status.RETURNED}
        return is_open and self.deleted_at is None


class ItemQuerySet(models.QuerySet["ChangeItem"]):
    """Lines of a change."""

    def alive(self) -> Self:
        return self.filter(deleted_at=None)


class ChangeItem(Timestamped, SoftDeleted):
    """One part that is added or taken out; part facts are kept as they were when it was saved."""

    class Direction(models.IntegerChoices):
        """``typeIncreaseDecrease`` of the wire."""

        INCREASE = 0, _("Increase")
        DECREASE = 1, _("Decrease")

    change = models.ForeignKey(
        ChangeNotice,
        verbose_name=_("change"),
        on_delete=models.CASCADE,
        related_name="items",
    )
    ext_item_id = models.BigIntegerField(null=True, blank=True)
    qty = models.DecimalField(
        _("qty"), max_digits=18, decimal_places=4, default=Decimal(0)
    )
    snapshot_price = models.DecimalField(
        _("unit price"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    snapshot_date = models.DateTimeField(_("price of"), null=True, blank=True)
    direction = models.PositiveSmallIntegerField(
        _("direction"), choices=Direction.choices, default=Direction.INCREASE
    )
    part_number = models.CharField(_("part number"), max_length=200, blank=True)
    part_name = models.CharField(_("part"), max_length=300, blank=True)
    part_description = models.CharField(
        _("description of the part"), max_length=500, blank=True
    )
    manufacturer = models.CharField(_("manufacturer"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.part_number or str(self.ext_item_id or self.pk)

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price, IDR; a line without a price adds nothing."""
        return (self.qty * (self.snapshot_price or Decimal(0))).quantize(
            Decimal("0.01")
        )

    @property
    def is_decrease(self) -> bool:
        """Whether the part is taken out."""
        return self.direction == self.Direction.DECREASE


class AttachmentQuerySet(models.QuerySet["ChangeAttachment"]):
    """Files of a change."""

    def alive(self) -> Self:
        return self.filter(removed_at=None)

    def signed(self) -> Self:
        """Those that are part of the present content."""
        return self.alive().filter(purpose=ChangeAttachment.Purpose.CONTENT)


class ChangeAttachment(models.Model):
    """A file of a change; one that is removed is kept, so that history stays true.

    ``revision`` is that of the content in which it came, or that it is evidence about.
    """

    class Purpose(models.TextChoices):
        """Content is signed with the change; evidence belongs to a decision or to what followed."""

        CONTENT = "content", _("content")
        EVIDENCE = "evidence", _("evidence")
        EARLIER = "earlier", _("from before files were signed")

    change = models.ForeignKey(
        ChangeNotice,
        verbose_name=_("change"),
        on_delete=models.CASCADE,
        related_name="attachments",
    )
    name = models.CharField(_("name"), max_length=200)
    stored_name = models.CharField(_("name in the store"), max_length=100, unique=True)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.BigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        User, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.CONTENT
    )
    revision = models.PositiveIntegerField(_("revision"), default=0)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name


class AnnouncedFile(models.Model):
    """The name of a file whose bytes follow: the old client sends it with the record."""

    change = models.OneToOneField(
        ChangeNotice,
        verbose_name=_("change"),
        on_delete=models.CASCADE,
        related_name="announced_file",
    )
    name = models.CharField(_("name"), max_length=300)
    announced_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    announced_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class NumberSequence(models.Model):
    """The last number given to a kind of change in a year; taken under a row lock."""

    prefix = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["prefix", "year"], name="one_sequence_per_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:04d}"
