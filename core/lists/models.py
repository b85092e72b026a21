"""A view of a list under a name, and how a person likes each list and the home page."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.db.models import Timestamped


class SavedView(Timestamped):
    """Filters, search, order and size of a list under a name.

    ``query`` is what stands in the address of the page. ``department_ext_id``: whose people see it, too.
    """

    owner = models.ForeignKey(
        User, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="+"
    )
    list_name = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("query"), max_length=2000, blank=True)
    department_ext_id = models.BigIntegerField(
        _("shared with the department (id)"), null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        indexes: ClassVar = [
            models.Index(fields=["list_name", "department_ext_id"], name="view_shared")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "list_name", "name"], name="one_view_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ListChoice(Timestamped):
    """How one person likes one list: hidden columns by number from 1, density, the view it opens with."""

    person = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    list_name = models.CharField(_("list"), max_length=40)
    hidden = models.JSONField(_("hidden columns"), default=list)
    is_dense = models.BooleanField(_("dense rows"), default=False)
    default = models.ForeignKey(
        SavedView,
        verbose_name=_("default view"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("choice for a list")
        verbose_name_plural = _("choices for lists")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "list_name"], name="one_choice_per_list"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.list_name}"


class HomeChoice(Timestamped):
    """How one person likes the home page: the names of its parts in order, and of those that are hidden."""

    person = models.OneToOneField(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    order = models.JSONField(_("order"), default=list)
    hidden = models.JSONField(_("hidden parts"), default=list)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("choice for the home page")
        verbose_name_plural = _("choices for the home page")

    def __str__(self) -> str:
        return str(self.person)
