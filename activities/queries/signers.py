"""Whose signature a task waits for: one rule, asked for a task (notices) and for a person (lists, counts)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from activities.models import STAGES, InCharge, Stage, Task, waits_for
from core.accounts.models import Role, User, UserRole
from core.accounts.queries import holders_of
from core.approvals.models import RecordKind, Substitution
from core.approvals.queries.inbox import stands_in_for

SUBSTITUTED = (Stage.SPV, Stage.MANAGER)


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


def tasks_asking(user: User, away: Sequence[User] | None = None) -> QuerySet[Task]:
    """Tasks whose next signature this person is asked for, in one query: every page counts them.

    Also those on which they stand in for somebody (``away``: ``stood_in_for``, where it is known).
    """
    wanted = _asks(user, STAGES)
    for person in stood_in_for(user) if away is None else away:
        wanted |= asks_substitute(person, user)
    return Task.objects.unfinished().filter(wanted)


def asks_substitute(person: User, user: User) -> Q:
    """Tasks that ask one person for a signature that another may give in their place.

    Not the PIC's signature: the person who did the work says so. Not on a task that the substitute did.
    """
    charges = InCharge.objects.filter(task=OuterRef("pk"), deleted_at=None)
    theirs = Exists(charges.filter(ext_user_id=user.ext_id or 0))
    own = Q(theirs) | Q(completed_by_pic_id=user.ext_id or 0)
    return _asks(person, SUBSTITUTED) & ~own


def stood_in_for(
    user: User, standing: Iterable[Substitution] | None = None
) -> list[User]:
    """The active people for whose signatures on tasks this person stands in today."""
    known = stands_in_for(user.pk) if standing is None else standing
    ids = [row.person_id for row in known if row.covers(RecordKind.TASK)]
    if not ids:
        return []
    rows = User.objects.filter(pk__in=ids, is_active=True).exclude(ext_id=None)
    return list(rows.order_by("pk"))


def behalf_by_task(
    tasks: Sequence[Task], user: User, known: Sequence[User] | None = None
) -> dict[int, User]:
    """The person for whom this one signs each task, of those that do not ask themselves."""
    away = stood_in_for(user) if known is None else known
    if not away or not tasks:
        return {}
    rows = Task.objects.unfinished().filter(pk__in=[task.pk for task in tasks])
    own = set(rows.filter(_asks(user, STAGES)).values_list("pk", flat=True))
    found: dict[int, User] = {}
    for person in away:
        for key in rows.filter(asks_substitute(person, user)).values_list(
            "pk", flat=True
        ):
            if key not in own:
                found.setdefault(key, person)
    return found


def _asks(user: User, stages: Sequence[str]) -> Q:
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
    for stage in stages:
        wanted |= waits_for(stage) & _asked(stage, facts)
    return wanted


def _holds(user: User, role: str) -> Q:
    return Q(Exists(UserRole.objects.filter(user_id=user.ext_id or 0, role=role)))
