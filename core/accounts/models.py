"""People mirrored from the auth server, their roles, and what keeps strangers out."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.models import Timestamped


class Role(models.TextChoices):
    """Roles of the department; a person may have any number."""

    PIC = "pic", _("PIC")
    SPV = "spv", _("SPV")
    MANAGER = "manager", _("Manager")


class UserManager(BaseUserManager["User"]):
    """Makes people; their passwords stay with the auth server."""

    def create_user(self, username: str, **fields: Any) -> "User":
        """A person without a usable password."""
        user = self.model(username=username, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Names are compared without regard to case, as people type them."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person of the auth server. ``ext_id`` is that server's id, the ``jti`` of its token."""

    username = models.CharField(_("user name"), max_length=150, unique=True)
    ext_id = models.BigIntegerField(_("id at the auth server"), unique=True, null=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    department_ext_id = models.BigIntegerField(null=True, blank=True)
    department_name = models.CharField(_("department"), max_length=200, blank=True)
    is_head = models.BooleanField(_("head of a department"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The roles this person holds now; read once per request."""
        roles = (
            UserRole.objects.filter(user_id=self.ext_id)
            if self.ext_id
            else UserRole.objects.none()
        )
        return frozenset(roles.values_list("role", flat=True))

    @property
    def is_staff(self) -> bool:
        """A person with a role works in the admin's approval lists; its pages check the rest."""
        return self.is_superuser or bool(self.role_names)

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = str(self).split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class UserRole(models.Model):
    """One role of one person. ``user_id`` is the auth server's id: a role may be given
    before the person has ever logged in."""

    user_id = models.BigIntegerField(_("person (auth server id)"), db_index=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "role"], name="one_row_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.get_role_display()}"

    @property
    def chain(self) -> "UserRole":
        """The record on which the events of this person's roles hang.

        It hangs on the person and not on the row: a role may be given before the first login.
        """
        return UserRole(pk=self.user_id)


class ApiToken(models.Model):
    """A token that this server obtained at a login; only its SHA-256 is kept."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"


class LoginFailures(models.Model):
    """Number of failed logins for one key (account and address, account, address) in a window."""

    key = models.CharField(_("key"), max_length=64, unique=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    judging = models.PositiveIntegerField(default=0)  # attempts that are not over yet

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%H:%M}"


class KnownAddress(Timestamped):
    """An address from which an account has logged in; a stranger's failures do not lock it."""

    key = models.CharField(_("key"), max_length=64, unique=True)

    def __str__(self) -> str:
        return self.key[:8]


class Pin(models.Model):
    """A person's PIN for signatures, as a slow hash. A locked one is of no use until it is set anew."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="pin")
    hashed = models.CharField(max_length=128)
    set_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user} since {self.set_at:%Y-%m-%d}"


class UploadDay(models.Model):
    """Number of bytes that a person has sent as files on one day, kept or refused."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    size = models.BigIntegerField(_("size (bytes)"), default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "day"], name="one_row_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.size} on {self.day}"
