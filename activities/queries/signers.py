"""Whose signature a task waits for: one rule, asked for a task (notices) and for a person (lists, counts)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from activities.models import STAGES, InCharge, Stage, Task, waits_for
from core.accounts.models import Role, User, UserRole
from core.accounts.queries import holders_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a person is asked to sign a task, as conditions of a query."""

    is_in_charge: Q
    is_spv: Q
    is_manager: Q
    # An SPV without a department is near every task.
    is_near: Q
    is_another_near: Q
    is_there_an_spv: Q


def _asked(stage: str, facts: Facts) -> Q:
    """PIC: the people in charge. SPV: the SPVs of their departments, all SPVs when those have none, the
    managers when there is no SPV at all. Manager: the managers.

    Who is asked may sign; more people may sign than are asked (``permissions.SIGNERS``).
    """
    if stage == Stage.PIC:
        return facts.is_in_charge
    if stage == Stage.MANAGER:
        return facts.is_manager
    as_spv = facts.is_spv & (facts.is_near | ~facts.is_another_near)
    return as_spv | facts.is_manager & ~facts.is_there_an_spv


def people_asked(stage: str, in_charge: Collection[int]) -> QuerySet[User]:
    """The people who are asked to sign a stage of a task of which these (ids) are in charge."""
    spvs, managers = holders_of([Role.SPV]), holders_of([Role.MANAGER])
    theirs = User.objects.filter(ext_id__in=in_charge).exclude(department_ext_id=None)
    departments = theirs.values("department_ext_id")
    facts = Facts(
        is_in_charge=Q(ext_id__in=in_charge),
        is_spv=Q(pk__in=spvs.values("pk")),
        is_manager=Q(pk__in=managers.values("pk")),
        is_near=Q(department_ext_id=None) | Q(department_ext_id__in=departments),
        is_another_near=Q(Exists(spvs.filter(department_ext_id__in=departments))),
        is_there_an_spv=Q(Exists(spvs)),
    )
    return User.objects.filter(_asked(stage, facts), is_active=True)


def tasks_asking(user: User) -> QuerySet[Task]:
    """Tasks whose next signature this person is asked for, in one query: every page counts them."""
    # Asked per open task: one person may be in charge of hundreds of thousands that are done.
    charges = InCharge.objects.filter(task=OuterRef("pk"), deleted_at=None)
    spvs = holders_of([Role.SPV])
    near = User.objects.filter(department_ext_id=user.department_ext_id)
    covered = User.objects.filter(
        department_ext_id__in=spvs.exclude(department_ext_id=None).values(
            "department_ext_id"
        )
    )
    facts = Facts(
        is_in_charge=Q(Exists(charges.filter(ext_user_id=user.ext_id or 0))),
        is_spv=_holds(user, Role.SPV),
        is_manager=_holds(user, Role.MANAGER),
        is_near=Q(Value(user.department_ext_id is None))
        | Q(Exists(charges.filter(ext_user_id__in=near.values("ext_id")))),
        is_another_near=Q(
            Exists(charges.filter(ext_user_id__in=covered.values("ext_id")))
        ),
        is_there_an_spv=Q(Exists(spvs)),
    )
    wanted = Q()
    for stage in STAGES:
        wanted |= waits_for(stage) & _asked(stage, facts)
    return Task.objects.unfinished().filter(wanted)


def _holds(user: User, role: str) -> Q:
    return Q(Exists(UserRole.objects.filter(user_id=user.ext_id or 0, role=role)))
