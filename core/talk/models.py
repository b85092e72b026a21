"""Comments on records, their files, and who follows what."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User

MAX_QUOTE = 500


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments by what they are about and whether they ask."""

    def about(self, record: models.Model) -> Self:
        return self.filter(record_type=record._meta.label, record_id=record.pk)

    def questions(self) -> Self:
        """Open ones: somebody is asked, and nothing has closed it."""
        return self.filter(asked__isnull=False, closed_at=None)


class Comment(models.Model):
    """What somebody said about a record; it is struck, never deleted, and no part of what is signed.

    ``quoted``: a line of the record as it was when it was quoted. ``told``: ``[user id, name]`` of those
    whom it names. A question names ``asked``; it is open until ``closed_at``, and ``answer`` is the
    comment that closed it, if one did.
    """

    record_type = models.CharField(_("kind of the record"), max_length=60)
    record_id = models.BigIntegerField(_("record (id)"))
    author = models.ForeignKey(
        User, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("text"))
    quoted = models.CharField(_("quoted line"), max_length=MAX_QUOTE, blank=True)
    told = models.JSONField(_("people told"), default=list)
    reply_to = models.ForeignKey(
        "self",
        verbose_name=_("reply to"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
    )
    created_at = models.DateTimeField(_("written at"))
    edited_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    struck_at = models.DateTimeField(_("struck at"), null=True, blank=True)
    struck_by = models.ForeignKey(
        User,
        verbose_name=_("struck by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    strike_reason = models.CharField(
        _("reason for striking"), max_length=300, blank=True
    )
    asked = models.ForeignKey(
        User,
        verbose_name=_("asked"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    answer = models.ForeignKey(
        "self",
        verbose_name=_("answer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes: ClassVar = [
            models.Index(
                fields=["record_type", "record_id", "id"], name="comment_record"
            ),
            models.Index(
                fields=["asked", "id"],
                name="question_open",
                condition=Q(asked__isnull=False, closed_at=None),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer=None)
                | Q(asked__isnull=False, closed_at__isnull=False),
                name="an_answer_closes_a_question",
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_type}:{self.record_id} #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is a question that nobody has answered."""
        return self.asked_id is not None and self.closed_at is None


class CommentFile(models.Model):
    """A file that was sent with a comment; ``size`` in bytes."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=150)
    stored_name = models.CharField(_("name in the store"), max_length=120, unique=True)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.BigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("file of a comment")
        verbose_name_plural = _("files of comments")

    def __str__(self) -> str:
        return self.name


class Follow(models.Model):
    """Whether a person follows a record, where they or a comment said so; else their part decides."""

    record_type = models.CharField(_("kind of the record"), max_length=60)
    record_id = models.BigIntegerField(_("record (id)"))
    person = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="follows"
    )
    is_on = models.BooleanField(_("follows"), default=True)
    since = models.DateTimeField(_("since"))

    class Meta:
        ordering: ClassVar = ["-since", "-id"]
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "person"],
                name="one_follow_per_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.record_type}:{self.record_id}"
