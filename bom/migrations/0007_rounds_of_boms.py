"""Decisions on BOMs become rounds of approval; a PIC's row stays as it is."""

from collections import defaultdict

from django.conf import settings
from django.db import migrations, models

AT_ONCE = 500
LABEL = "bom.BomApproval"
STATUSES = [(0, "Pending"), (1, "Approved"), (2, "Rejected"), (3, "Returned")]


def move(apps, schema_editor):
    """In steps, so that memory stays small."""
    Approval = apps.get_model("bom", "BomApproval")
    last = 0
    while chunk := list(Approval.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        Mover(apps, chunk).move()
        last = chunk[-1].pk


class Mover:
    """The approvals of one step, with what belongs to them."""

    def __init__(self, apps, approvals):
        self.approvals = approvals
        self.Round = apps.get_model("approvals", "Round")
        self.RoundStep = apps.get_model("approvals", "RoundStep")
        self.Assignment = apps.get_model("approvals", "Assignment")
        self.Decision = apps.get_model("approvals", "Decision")
        self.User = apps.get_model("accounts", "User")
        ids = [approval.pk for approval in approvals]
        self.pics, self.decisions, self.revisions = (defaultdict(list) for _ in range(3))
        rows = apps.get_model("bom", "BomApprovalPic").objects.filter(approval__in=ids)
        for row in rows.order_by("id"):
            self.pics[row.approval_id].append(row)
        rows = apps.get_model("bom", "BomDecision").objects.filter(approval__in=ids)
        for row in rows.order_by("id"):
            self.decisions[row.approval_id, row.revision].append(row)
        rows = apps.get_model("bom", "BomRevision").objects.filter(approval__in=ids)
        for row in rows.defer("content").order_by("approval_id", "number"):
            self.revisions[row.approval_id].append(row)
        self.users = self._users()
        self.rounds, self.steps, self.assignments, self.moved = [], [], [], []

    def _users(self):
        """Who is asked has a row here; one who never logged in gets it now."""
        wanted = {row.ext_user_id for rows in self.pics.values() for row in rows}
        known = set(
            self.User.objects.filter(ext_id__in=wanted).values_list("ext_id", flat=True)
        )
        self.User.objects.bulk_create(
            [
                self.User(username=f"#{ext_id}", password="!", ext_id=ext_id)
                for ext_id in sorted(wanted - known)
            ]
        )
        return {user.ext_id: user for user in self.User.objects.filter(ext_id__in=wanted)}

    def move(self):
        for approval in self.approvals:
            revisions = self.revisions[approval.pk]
            for place, revision in enumerate(revisions):
                following = revisions[place + 1] if place + 1 < len(revisions) else None
                self._add(approval, revision, following)
        self.Round.objects.bulk_create(self.rounds, batch_size=200)
        self.RoundStep.objects.bulk_create(self.steps, batch_size=200)
        self.Assignment.objects.bulk_create(self.assignments, batch_size=200)
        self.Decision.objects.bulk_create(self.moved, batch_size=200)

    def _add(self, approval, revision, following):
        is_present = revision.number == approval.revision
        state = {1: "approved", 2: "rejected"}.get(revision.outcome, "superseded")
        if revision.outcome == 0 and is_present:
            state = "withdrawn" if approval.deleted_at else "open"
        closed = revision.closed_at or (following.opened_at if following else None)
        found = self.Round(
            record_type=LABEL,
            record_id=approval.pk,
            revision=revision.number,
            digest=revision.digest,
            kind="BOM",
            state=state,
            opened_by_id=approval.opened_by_id if revision.source == "person" else None,
            opened_at=revision.opened_at,
            closed_at=None if state == "open" else closed or approval.updated_at,
        )
        self.rounds.append(found)
        self._add_step(approval, revision, found)

    def _add_step(self, approval, revision, found):
        given = self.decisions[approval.pk, revision.number]
        is_open = found.state == "open"
        pics = [row for row in self.pics[approval.pk] if row.deleted_at is None]
        people = (
            {self.users[row.ext_user_id].pk for row in pics}
            if is_open
            else {row.approver_id for row in given}
        )
        step = self.RoundStep(
            round=found,
            order=0,
            mode="everyone",
            people=sorted(people),
            opened_at=found.opened_at,
            closed_at=found.closed_at,
        )
        self.steps.append(step)
        for row in given:
            self._decided(found, step, row)
        if is_open:
            self._ask(approval, found, step, pics, given)

    def _decided(self, found, step, row):
        assignment = self.Assignment(
            round=found,
            step=step,
            person_id=row.approver_id,
            because="invitation",
            asked_at=found.opened_at,
            closed_at=row.decided_at,
            closed_because="decided",
        )
        self.assignments.append(assignment)
        self.moved.append(
            self.Decision(
                assignment=assignment,
                record_type=LABEL,
                record_id=row.approval_id,
                revision=row.revision,
                digest=row.digest,
                step=0,
                approver_id=row.approver_id,
                status=row.status,
                remark=row.remark,
                decided_at=row.decided_at,
                voided_at=row.voided_at,
            )
        )

    def _ask(self, approval, found, step, pics, given):
        """Every PIC who has not decided, unless only the opener is asked."""
        is_person = approval.source == "person"
        opener = approval.ext_user_id if is_person else None
        active = [row for row in pics if self.users[row.ext_user_id].is_active]
        if opener is not None and not {row.ext_user_id for row in active} - {opener}:
            return
        voted = {row.approver_id for row in given if row.voided_at is None}
        for row in active:
            user = self.users[row.ext_user_id]
            if user.pk not in voted:
                self.assignments.append(
                    self.Assignment(
                        round=found,
                        step=step,
                        person_id=user.pk,
                        because="invitation",
                        asked_at=max(row.created_at, found.opened_at),
                    )
                )


def status(model, name):
    return migrations.AlterField(
        model_name=model,
        name=name,
        field=models.PositiveSmallIntegerField(
            choices=STATUSES, default=0, verbose_name=name
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("bom", "0006_labels"),
        # Decisions on changes keep their ids; those on BOMs come behind them.
        ("engineering", "0013_rounds_of_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        status("bomapproval", "status"),
        status("bomrevision", "outcome"),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
