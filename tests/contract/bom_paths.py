"""The paths of BOM approval (docs/contract.md#bom-approvals)."""

from tests.contract.given import BOSSES, PICS, STAFF, Given

BOMS = (
    Given(
        "boms",
        "GET",
        "/bomapprovals",
        STAFF,
        "Every BOM approval with its PICs and their decisions.",
        "One row per BOM; `status` is derived from the PICs, not typed.",
    ),
    Given(
        "boms-page",
        "GET",
        "/bomapprovals",
        STAFF,
        "A page of them.",
        "`X-Total-Count` and `Link` say how many there are.",
        query="limit=1&offset=0",
    ),
    Given(
        "boms-open",
        "POST",
        "/bomapprovals",
        BOSSES,
        "Opens an approval of a BOM of PPIC, or invites more PICs to the one that stands; a PIC"
        " decides with the own row.",
        "Only the caller's own row is executed, on the `revision` and `digest` that were shown;"
        " another person's changed row is 403, a posted header `status` 409. The snapshot goes"
        " out once, when the last PIC has approved, not on every save.",
        by="hendi",
        body={"extBomLeveledId": "702", "pics": [{"extUserId": 12}, {"extUserId": 3}]},
    ),
    Given(
        "bom",
        "GET",
        "/bomapprovals/{bomId}",
        STAFF,
        "One approval by PPIC's id of the BOM, with the content that is signed and its sums.",
        "A BOM that nobody has put up yet: what an approval of it would sign, without an `id`, to be"
        " posted back with the own row; `null` for one that PPIC does not know.",
    ),
    Given(
        "bom-decision",
        "POST",
        "/bomapprovals/{bomId}/decision",
        PICS,
        "Approves (1) or rejects (2, with a remark) as yourself.",
        "409 with the current revision and digest when the content changed since it was shown;"
        " with `SIGNATURE_REAUTH=each` also `password`: the password or the PIN.",
        by="agus",
        body={
            "status": 1,
            "remark": "setuju",
            "revision": 1,
            "digest": "{bomDigest}",
        },
    ),
    Given(
        "bom-return",
        "POST",
        "/bomapprovals/{bomId}/return",
        PICS,
        "Sends the revision that was shown back for rework, with a remark: a decision with the status 3.",
        "New: the next content of PPIC opens the next round.",
        by="agus",
        body={"remark": "qty salah", "revision": 1, "digest": "{bomDigest}"},
    ),
    Given(
        "bom-forward",
        "POST",
        "/bomapprovals/{bomId}/forward",
        frozenset({"agus", "rina", "admin"}),
        "Asks another person in one's own place, with a reason; a manager or an administrator in"
        " anybody's (`fromExtUserId`).",
        "New; the PIC's row passes to the other person.",
        status=204,
        by="agus",
        body={"toExtUserId": 28, "fromExtUserId": 12, "reason": "dinas luar"},
        whose="the PIC; managers and administrators for anybody",
    ),
    Given(
        "bom-receipt",
        "GET",
        "/bomapprovals/{bomId}/receipt",
        STAFF,
        "The signed receipt of a settled revision (docs/receipts.md); `?revision=` for an earlier one.",
        "409 while the revision is pending, as in the example; the shape is that of a change's receipt.",
        status=409,
    ),
    Given(
        "bom-approved",
        "GET",
        "/bomapprovals/{bomId}/approved",
        STAFF,
        "Whether exactly the content with this digest is approved.",
        "`revision` is the newest one with the content, `isPresent` whether no other content was put up"
        " since.",
        query="digest={bomDigest}",
    ),
)
