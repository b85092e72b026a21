"""PPIC: items, prices, jobs, BOMs and material requests; keeps what we send to it."""

from typing import Any

from sandbox.inbox import Inbox, Receipt, done
from sandbox.messages import Call, Reply, json_reply, refusal
from sandbox.tables import load
from sandbox.upstream import CONTROL, Routes, Upstream
from sandbox.webhook import announce

Row = dict[str, Any]
TRUE = ("true", "1")  # our predecessor wrote ``True``, its pages ``true``
OPTIONAL = {"panelCodes": "withProducts", "jobPurchaseOrders": "withPurchaseOrders"}


class PpicServer(Upstream):
    """Lists to read, and two inboxes: BOM snapshots and work orders."""

    name = "ppic"

    def load(self) -> None:
        """Take the lists, and forget what was delivered."""
        self.items: list[Row] = load("items")
        self.inventory: list[Row] = load("inventory")
        self.jobs: list[Row] = load("jobs")
        self.material_requests: list[Row] = load("material_requests")
        self.boms: dict[str, Row] = {_id_of(row): row for row in load("boms")}
        self.snapshots = Inbox()
        self.work_order_inbox = Inbox()
        # One activity may own several work orders: each saving without a key adds one.
        self.work_orders: dict[str, list[Row]] = {}

    @property
    def dedupe(self) -> bool:
        """Say whether ``Idempotency-Key`` is honoured; off is sabotage."""
        return self.snapshots.dedupe and self.work_order_inbox.dedupe

    @dedupe.setter
    def dedupe(self, value: bool) -> None:
        """Switch it for snapshots and work orders together."""
        self.snapshots.dedupe = self.work_order_inbox.dedupe = value

    def routes(self) -> Routes:
        """Return what PPIC answers."""
        task = "/ext-meetingtasks-proto"
        return {
            ("GET", "/ext-items"): lambda _call: json_reply(self.items),
            ("GET", "/ext-inventory"): lambda _call: json_reply(self.inventory),
            ("GET", "/jobs-proto-simple"): self._list_jobs,
            ("GET", "/bomleveleds-proto-simple"): self._list_boms,
            ("GET", "/bomleveleds-proto-detailed/{number}"): self._bom,
            ("GET", "/materialrequests"): self._list_material_requests,
            ("GET", "/snapshots"): self._list_snapshots,
            ("GET", "/snapshot-bom/{number}"): self._snapshot,
            ("POST", "/snapshot-bom/{number}"): self._snapshot,
            ("POST", f"{task}-save"): self._save_work_order,
            ("PUT", f"{task}-update/{{activity}}"): self._update_work_order,
            ("DELETE", f"{task}-delete/{{activity}}"): self._delete_work_order,
            ("GET", f"{CONTROL}/work-orders"): self._list_work_orders,
            ("POST", f"{CONTROL}/boms/{{number}}"): self._change_bom,
            ("POST", f"{CONTROL}/dedupe"): self._switch_dedupe,
        }

    # Reading.

    def _list_jobs(self, call: Call) -> Reply:
        hidden = {
            member
            for member, switch in OPTIONAL.items()
            if call.query.get(switch, "").lower() not in TRUE
        }
        return json_reply({"jobs": [_without(job, hidden) for job in self.jobs]})

    def _list_boms(self, call: Call) -> Reply:
        genesis = call.query.get("bomGenesisReferenceId")
        rows = [_summary(bom) for bom in self.boms.values() if _is_of(bom, genesis)]
        return json_reply({"bomLeveleds": rows})

    def _bom(self, _call: Call, number: str) -> Reply:
        bom = self.boms.get(number)
        return json_reply(bom) if bom else _no_bom(number)

    def _list_material_requests(self, call: Call) -> Reply:
        wanted = call.query.get("extEngineeringProblemId")
        if not wanted:
            return json_reply(self.material_requests)
        ids = {int(number) for number in wanted.split(",")}
        rows = self.material_requests
        return json_reply(
            [row for row in rows if row["extEngineeringProblemId"] in ids]
        )

    # What the EMS owes to PPIC.

    def _snapshot(self, call: Call, number: str) -> Reply:
        if number not in self.boms:
            return _no_bom(number)
        return self.snapshots.take(
            call, number, lambda receipt: done(receipt, extBomLeveledId=number)
        )

    def _list_snapshots(self, call: Call) -> Reply:
        return json_reply(self.snapshots.listed(call.query.get("extBomLeveledId")))

    def _save_work_order(self, call: Call) -> Reply:
        activity = str(call.json().get("engineeringActivityId"))

        def effect(receipt: Receipt) -> Reply:
            self.work_orders.setdefault(activity, []).append(receipt.body)
            return done(receipt, engineeringActivityId=activity)

        return self.work_order_inbox.take(call, activity, effect)

    def _update_work_order(self, call: Call, activity: str) -> Reply:
        def effect(receipt: Receipt) -> Reply:
            if activity not in self.work_orders:
                return refusal(f"no work order of activity {activity}", 404)
            self.work_orders[activity] = [receipt.body]
            return done(receipt, engineeringActivityId=activity)

        return self.work_order_inbox.take(call, activity, effect)

    def _delete_work_order(self, call: Call, activity: str) -> Reply:
        def effect(receipt: Receipt) -> Reply:
            if self.work_orders.pop(activity, None) is None:
                return refusal(f"no work order of activity {activity}", 404)
            return done(receipt, engineeringActivityId=activity)

        return self.work_order_inbox.take(call, activity, effect)

    # Control.

    def _list_work_orders(self, _call: Call) -> Reply:
        listed = self.work_order_inbox.listed()
        return json_reply({"workOrders": self.work_orders, **listed})

    def _change_bom(self, call: Call, number: str) -> Reply:
        given = call.json()
        hook = given.pop("hook", None)
        bom = self.change_bom(number, given)
        answer = {"bom": bom}
        return json_reply(answer | {"hook": announce(hook, number)} if hook else answer)

    def change_bom(self, number: str, members: Row) -> Row:
        """Give a BOM other children or another name; an unknown id is a new BOM."""
        base = {"id": number, "createdAt": "2026-11-22T03:00:00Z"}
        new: Row = {
            "masterJavaBaseModel": base,
            "name": f"BOM {number} r1",
            "bomGenesisReferenceId": None,
            "children": [],
        }
        self.boms[number] = self.boms.get(number, new) | members
        return self.boms[number]

    def _switch_dedupe(self, call: Call) -> Reply:
        self.dedupe = bool(call.json()["on"])
        return json_reply({"on": self.dedupe})


def _id_of(row: Row) -> str:
    return str(row["masterJavaBaseModel"]["id"])


def _without(row: Row, names: set[str]) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _summary(bom: Row) -> Row:
    return {name: bom[name] for name in ("masterJavaBaseModel", "name")}


def _is_of(bom: Row, genesis: str | None) -> bool:
    return not genesis or genesis in (_id_of(bom), bom["bomGenesisReferenceId"])


def _no_bom(number: str) -> Reply:
    return refusal(f"no BOM {number}", 404)
