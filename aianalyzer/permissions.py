"""Permissions of analyses."""

from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from core.accounts.models import Role, User
from core.errors import DomainError


def may_steer(user: User, generation: InquiryAiGeneration) -> bool:
    """Cancel and retry: its author, SPV, manager, administrators."""
    return (
        generation.asked_by_id == user.pk
        or user.is_superuser
        or bool(user.role_names & {Role.SPV, Role.MANAGER})
    )


def require_steering(user: User, generation: InquiryAiGeneration) -> None:
    """Refuse a stranger; raises DomainError ``forbidden``."""
    if not may_steer(user, generation):
        raise DomainError(
            _(
                "Only the person who asked for this analysis, an SPV or a manager may do this."
            ),
            "forbidden",
        )
