"""Decisions on changes become rounds of approval; they keep their ids, which are on the wire."""

from collections import defaultdict

from django.conf import settings
from django.core.management.color import no_style
from django.db import connections, migrations, models

from engineering.migrations._former_engine import Authors, FormerEngine, place_of

AT_ONCE = 500
LABEL = "engineering.ChangeNotice"
KINDS = {0: "ECN", 1: "CCN", 2: "OTHERS", 3: "FAB"}
STATES = {0: "open", 1: "approved", 2: "rejected"}
PUT_UP = ("change.submitted", "change.edited")


def move(apps, schema_editor):
    """In steps, so that memory stays small."""
    engine = FormerEngine(apps)
    Change = apps.get_model("engineering", "ChangeNotice")
    last = 0
    while chunk := list(
        Change.objects.filter(pk__gt=last).defer("search_text").order_by("pk")[:AT_ONCE]
    ):
        Mover(apps, engine, chunk).move()
        last = chunk[-1].pk
    Decision = apps.get_model("approvals", "Decision")
    _reset_sequence(schema_editor.connection.alias, Decision)


def _reset_sequence(alias, model):
    connection = connections[alias]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


class Mover:
    """The changes of one step, with what belongs to them."""

    def __init__(self, apps, engine, changes):
        self.engine, self.changes = engine, changes
        self.Round = apps.get_model("approvals", "Round")
        self.RoundStep = apps.get_model("approvals", "RoundStep")
        self.Assignment = apps.get_model("approvals", "Assignment")
        self.Decision = apps.get_model("approvals", "Decision")
        ids = [change.pk for change in changes]
        self.decisions = defaultdict(list)
        rows = apps.get_model("engineering", "ChangeDecision").objects.filter(change__in=ids)
        for row in rows.order_by("id"):
            self.decisions[row.change_id, row.revision].append(row)
        self.events = defaultdict(list)
        events = apps.get_model("ledger", "Event").objects.filter(
            record_type=LABEL, record_id__in=ids, kind__in=PUT_UP
        )
        columns = ("record_id", "seq", "kind", "revision", "digest", "at", "actor_id", "before", "after")
        for event in events.order_by("record_id", "seq").values(*columns):
            self.events[event["record_id"]].append(event)
        self.rounds, self.steps, self.assignments, self.moved = [], [], [], []

    def move(self):
        for change in self.changes:
            revisions = {revision for key, revision in self.decisions if key == change.pk}
            for revision in sorted(revisions | {change.revision}):
                self._add(change, revision)
        self.Round.objects.bulk_create(self.rounds, batch_size=200)
        self.RoundStep.objects.bulk_create(self.steps, batch_size=200)
        self.Assignment.objects.bulk_create(self.assignments, batch_size=200)
        self.Decision.objects.bulk_create(self.moved, batch_size=200)

    def _put_up(self, change, revision):
        """When a revision was put up, by whom, its digest, and when the next one came."""
        rows = {event["revision"]: event for event in self.events[change.pk]}
        mine, following = rows.get(revision), rows.get(revision + 1)
        given = self.decisions[change.pk, revision]
        is_present = revision == change.revision
        digest = change.digest if is_present else (given[0].digest if given else "")
        return {
            "at": mine["at"] if mine else change.created_at,
            "by": mine["actor_id"] if mine else change.created_by_id,
            "digest": digest or (mine["digest"] if mine else ""),
            "next": following["at"] if following else change.updated_at,
        }

    def _state(self, change, revision):
        if revision != change.revision:
            return "superseded"
        return "withdrawn" if change.deleted_at else STATES[change.status]

    def _add(self, change, revision):
        put_up, state = self._put_up(change, revision), self._state(change, revision)
        ends = {
            "open": None,
            "superseded": put_up["next"],
            "withdrawn": change.deleted_at,
        }
        found = self.Round(
            record_type=LABEL,
            record_id=change.pk,
            revision=revision,
            digest=put_up["digest"],
            kind=KINDS[change.kind],
            priority=change.priority or 0,
            state=state,
            opened_by_id=put_up["by"],
            opened_at=put_up["at"],
            closed_at=ends.get(state, change.approval_date or change.updated_at),
        )
        self.rounds.append(found)
        given = self.decisions[change.pk, revision]
        if state == "open":
            self._add_open(change, found, given)
        else:
            self._add_closed(found, given, change)

    def _step(self, found, order, **fields):
        step = self.RoundStep(round=found, order=order, opened_at=found.opened_at, **fields)
        self.steps.append(step)
        return step

    def _decided(self, found, step, row):
        assignment = self.Assignment(
            round=found,
            step=step,
            person_id=row.approver_id,
            because="name" if row.approver_id in (step.people or []) else "role",
            asked_at=step.opened_at,
            closed_at=row.decided_at,
            closed_because="decided",
        )
        self.assignments.append(assignment)
        self.moved.append(
            self.Decision(
                id=row.pk,
                assignment=assignment,
                record_type=LABEL,
                record_id=row.change_id,
                revision=row.revision,
                digest=row.digest,
                step=row.step,
                approver_id=row.approver_id,
                status=row.status,
                remark=row.remark,
                decided_at=row.decided_at,
                voided_at=row.voided_at,
                by_author=row.by_author,
            )
        )

    def _add_closed(self, found, given, change):
        """The steps that were decided; the rule of that time is not known any more."""
        orders = sorted({row.step for row in given}) or [0]
        for order in range(orders[-1] + 1):
            here = [row for row in given if row.step == order]
            step = self._step(
                found,
                order,
                people=sorted({row.approver_id for row in here}),
                closed_at=max((row.decided_at for row in here), default=found.closed_at),
            )
            for row in here:
                self._decided(found, step, row)

    def _add_open(self, change, found, given):
        """The rule in force, with whom it asks now."""
        planned = self.engine.steps(change.kind, change.net)
        authors = self._authors(change)
        able = [self.engine.able(step, authors) for step in planned]
        standing = [row for row in given if row.voided_at is None]
        votes = [(row.step, row.approver_id, row.status) for row in standing]
        modes = [(step.mode, people) for step, people in zip(planned, able, strict=True)]
        place = place_of(modes, votes)
        rows = {}
        for order, step in enumerate(planned):
            rows[order] = self._step(
                found, order, mode=step.mode, role=step.role, people=step.named
            )
            if order > place:
                rows[order].opened_at = None
            elif order < place:
                here = [row.decided_at for row in standing if row.step == order]
                rows[order].closed_at = max(here, default=found.opened_at)
        for row in given:
            # The rule may have got shorter since.
            self._decided(found, rows[min(row.step, len(planned) - 1)], row)
        voted = {user for step, user, _status in votes if step == place}
        for person in sorted(able[place] - voted):
            named = person in planned[place].named
            self.assignments.append(
                self.Assignment(
                    round=found,
                    step=rows[place],
                    person_id=person,
                    because="name" if named else "role",
                    asked_at=found.opened_at,
                )
            )

    def _authors(self, change):
        raised = {change.requester_id, change.created_by_id} - {None}
        authors = Authors(raised, {change.ext_user_id} - {None})
        if change.revision > 1:
            for event in self.events[change.pk]:
                if event["kind"] == "change.edited":
                    authors.add(event)
        return authors


class Migration(migrations.Migration):
    dependencies = [
        ("engineering", "0012_labels"),
        ("approvals", "0005_due_times"),
        ("ledger", "0005_field_words"),
        ("accounts", "0005_field_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="changenotice",
            name="status",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (0, "Pending"),
                    (1, "Approved"),
                    (2, "Rejected"),
                    (3, "Returned"),
                ],
                default=0,
                verbose_name="status",
            ),
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
