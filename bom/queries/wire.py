"""Rows of the API, assembled from ``.values()``: no model objects on the way."""

from collections.abc import Iterable, Sequence
from typing import Any

from bom.models import BomApproval, BomApprovalPic, BomRevision
from bom.policies import Node, content_digest, totals
from bom.queries.approval import standing_decisions
from core.approvals.models import Status, wire_status
from core.approvals.queries.ballots import Ballot
from core.http.etags import digest_tag

HEADER = {
    "id": "id",
    "ext_user_id": "extUserId",
    "ext_bom_leveled_id": "extBomLeveledId",
    "name": "name",
    "approval_date": "approvalDate",
    "remark": "remark",
    "status": "status",
    "revision": "revision",
    "digest": "digest",
    "source": "openedThrough",
    "opened_at": "openedAt",
    "genesis_ext_id": "bomGenesisReferenceId",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}
PIC = ("id", "approval_id", "ext_user_id", "created_at", "updated_at")
VOTE = (
    "record_id",
    "assignment__person__ext_id",
    "approver__ext_id",
    "on_behalf_of__ext_id",
    "status",
    "remark",
    "decided_at",
)
Row = dict[str, Any]
Votes = dict[tuple[int, int | None], Row]  # by approval and ext id of who was asked


def bom_rows(ids: Sequence[int]) -> list[Row]:
    """Approvals with their live PICs and standing decisions, in the order of the ids; three
    queries however many."""
    found = BomApproval.objects.filter(pk__in=ids).values(*HEADER)
    headers = {row["id"]: row for row in found}
    pics = _pics(headers, _votes(ids))
    return [_row(headers[key], pics.get(key, [])) for key in ids if key in headers]


def bom_row(approval: BomApproval, ballot: Ballot | None = None) -> Row:
    """One approval that is read already; two queries, one where its round is read, too."""
    header = {name: getattr(approval, name) for name in HEADER}
    votes = _votes([approval.pk]) if ballot is None else _votes_of(ballot)
    pics = _pics({approval.pk: header}, votes)
    return _row(header, pics.get(approval.pk, []))


def entity_tag(approval: BomApproval) -> str:
    """Names this state of the approval; its content is in the row by its digest."""
    return digest_tag(bom_row(approval))


def _row(header: Row, pics: list[Row]) -> Row:
    given = {
        wire: header[name] for name, wire in HEADER.items() if header[name] is not None
    }
    return given | {"status": wire_status(header["status"]), "pics": pics}


def _votes(ids: Sequence[int]) -> Votes:
    return {
        (row["record_id"], row["assignment__person__ext_id"]): row
        for row in standing_decisions(ids).values(*VOTE)
    }


def _votes_of(ballot: Ballot) -> Votes:
    """The same from a round that was read with its people."""
    people = {row.pk: row.person.ext_id for row in ballot.assignments}
    return {
        (row.record_id, people[row.assignment_id]): {
            "approver__ext_id": row.approver.ext_id,
            "on_behalf_of__ext_id": (row.on_behalf_of and row.on_behalf_of.ext_id),
            "status": row.status,
            "remark": row.remark,
            "decided_at": row.decided_at,
        }
        for row in ballot.decisions
    }


def _pics(headers: dict[int, Row], votes: Votes) -> dict[int, list[Row]]:
    rows = BomApprovalPic.objects.alive().filter(approval__in=headers).order_by("id")
    grouped: dict[int, list[Row]] = {}
    for row in rows.values(*PIC):
        vote = votes.get((row["approval_id"], row["ext_user_id"]))
        bom = headers[row["approval_id"]]["ext_bom_leveled_id"]
        grouped.setdefault(row["approval_id"], []).append(_pic(row, bom, vote))
    return grouped


def _pic(row: Row, bom: int, vote: Row | None) -> Row:
    decided = _decided(vote) if vote else {}
    return {
        "id": row["id"],
        "extUserId": row["ext_user_id"],
        "extBomLeveledId": bom,
        "bomApprovalId": row["approval_id"],
        "status": vote["status"] if vote else 0,
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        **decided,
    }


def _decided(vote: Row) -> Row:
    """What was decided; with who pressed where that was a substitute."""
    other = vote["on_behalf_of__ext_id"]
    both = {
        "onBehalfOfExtUserId": other,
        "decidedByExtUserId": vote["approver__ext_id"],
    }
    return {"approvalDate": vote["decided_at"], "remark": vote["remark"]} | (
        {} if other is None else both
    )


def each_row(chunks: Iterable[list[int]]) -> Iterable[Row]:
    """The whole list, a bounded number of rows in memory at a time."""
    for ids in chunks:
        yield from bom_rows(ids)


def content_row(approval: BomApproval) -> Row:
    """The content that is signed, and its sums."""
    revision = BomRevision.objects.get(approval=approval, number=approval.revision)
    return _content(revision.content)


def unopened_row(bom_id: int, name: str, tree: Node) -> Row:
    """A BOM without an approval yet, as its approval would sign it; without an id."""
    removed = BomApproval.objects.filter(ext_bom_leveled_id=bom_id).first()
    digest = content_digest(tree)
    is_known = removed is not None and removed.digest == digest
    revision = (removed.revision + (not is_known)) if removed else 1
    return {
        "extBomLeveledId": bom_id,
        "name": name,
        "status": 0,
        "revision": revision,
        "digest": digest,
        "pics": [],
    } | _content(tree)


def _content(tree: Node) -> Row:
    sums = sorted(totals(tree).items())
    return {
        "content": tree,
        "totals": [{"extItemId": item, "qty": qty} for item, qty in sums],
    }


def approved_answer(approval: BomApproval, digest: str) -> Row:
    """The answer to "is exactly this approved?" for a content, named by its digest.

    The newest revision with the content counts: put up again, it is asked anew.
    """
    found = approval.revisions.filter(digest=digest).order_by("number").last()
    row: Row = {
        "extBomLeveledId": approval.ext_bom_leveled_id,
        "digest": digest,
        "isApproved": bool(found and found.outcome == Status.ACCEPTED),
        "isPresent": bool(found and found.number == approval.revision),
    }
    if found is None:
        return row
    settled = {} if found.closed_at is None else {"decidedAt": found.closed_at}
    return row | {"revision": found.number} | settled
