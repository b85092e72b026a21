"""Every documented path of the API: who may, one example call, what is better than before.

``docs/api.md`` is written from this table and the golden answers (``write_docs``); the
authorisation matrix takes its expectations from it; a route that is not here fails.
"""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.contract.activity_paths import ACTIVITY_PATHS
from tests.contract.analyzer_paths import ANALYZER
from tests.contract.approval_paths import APPROVALS
from tests.contract.bom_paths import BOMS
from tests.contract.documents_paths import DOCUMENTS
from tests.contract.given import (
    ADMIN,
    BOSSES,
    DECIDERS,
    EDITORS,
    EVERYONE,
    PICS,
    REMOVERS,
    STAFF,
    TABLES,
    WORDS,
    Given,
)
from tests.contract.leave_paths import LEAVE
from tests.contract.lists_paths import LISTS
from tests.contract.notice_paths import NOTICES
from tests.contract.search_paths import SEARCH
from tests.contract.setup_paths import SETUP
from tests.contract.talk_paths import TALK

__all__ = [
    "ABOUT",
    "ADMIN",
    "BOSSES",
    "DECIDERS",
    "EDITORS",
    "EVERYONE",
    "HOOK",
    "PATHS",
    "PDF",
    "PHOTO",
    "PICS",
    "REMOVERS",
    "STAFF",
    "TABLES",
    "WORDS",
    "Given",
    "filled",
    "sent",
]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CHANGES = "/engineeringDetailProblems"
DASHBOARD = "/api/dashboard"
# The smallest picture: one pixel.
PHOTO = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)

PEOPLE = (
    Given(
        "login",
        "POST",
        "/login",
        EVERYONE,
        "Trades a name and password for the auth server's token, as a JSON string.",
        "401 for wrong credentials, 429 after too many, 502 and 503 for a sick auth"
        " server; the predecessor answered 500 to all of them.",
        by="anon",
        body={"username": "budi", "password": "panel-2026"},
    ),
    Given(
        "logout",
        "POST",
        "/logout",
        STAFF,
        "Forgets the token: it answers 401 from now on.",
        "New.",
        status=204,
    ),
    Given(
        "roles",
        "GET",
        "/api/userroles",
        STAFF,
        "Every role of everybody.",
        "Needs a login.",
    ),
    Given(
        "roles-add",
        "POST",
        "/api/userroles",
        ADMIN,
        "Gives a role to a person (auth server id), in any letter case.",
        "Giving it twice is one row; anybody could become manager before.",
        status=201,
        body={"userId": 101, "role": "PIC"},
    ),
    Given(
        "role", "GET", "/api/userroles/{roleId}", STAFF, "One row.", "Needs a login."
    ),
    Given(
        "role-change",
        "PUT",
        "/api/userroles/{roleId}",
        ADMIN,
        "Changes what was sent.",
        "The id of the path is enough; a wrong role is 400 and not silently stored.",
        status=204,
        body={"role": "spv"},
    ),
    Given(
        "role-remove",
        "DELETE",
        "/api/userroles/{roleId}",
        ADMIN,
        "Takes the role away.",
        "Its event stays in the ledger.",
        status=204,
    ),
    Given(
        "roles-of",
        "GET",
        "/api/userroles/byUserId/{userId}",
        STAFF,
        "The roles of one person (auth server id); 404 when there are none.",
        "Needs a login.",
    ),
)
CHANGE_PATHS = (
    Given(
        "changes",
        "GET",
        CHANGES,
        STAFF,
        "Every change with its lines, decisions and what the upstreams know of it.",
        "Carries every member of the entity, so that a row can be posted back without"
        " loss; 200 with `X-Data-Stale: true` when an upstream is away; pages on demand.",
    ),
    Given(
        "changes-page",
        "GET",
        CHANGES,
        STAFF,
        "One page of the same list.",
        "New: `X-Total-Count` and `Link`.",
        query="limit=1&offset=1",
    ),
    Given(
        "change-raise",
        "POST",
        CHANGES,
        STAFF,
        "Raises a change: no `id`, or null, or 0.",
        'The server numbers it, dates it and fills in names; `""` is a null date.',
        body={
            "typeEcnCcn": "0",
            "engineering": "Tambah metering",
            "detailProblem": "Diminta pelanggan",
            "extPurchaseOrderId": "202",
            "tgl": "2026-03-16T00:00:00Z",
            "items": [{"extItemId": "1001", "qty": "2", "snapshotPrice": 1250000.5}],
            "pn": "stray",
        },
    ),
    Given(
        "change-edit",
        "POST",
        CHANGES,
        EDITORS,
        "Edits what was sent; the content gets a new revision, its decisions are void.",
        "Members that were not sent stay; an unknown id is 404; `If-Match` guards.",
        by="agus",
        body={"id": "{id}", "engineering": "Ganti MCCB 250A ke 630A"},
    ),
    Given(
        "change-decide-by-post",
        "POST",
        CHANGES,
        DECIDERS,
        "A changed `status`, or an own entry in `approvals`, is the caller's own decision.",
        "Nobody writes another person's decision; deciding on unseen content is 409.",
        by="rina",
        body={"id": "{id}", "status": 1, "approvalRemark": "setuju"},
    ),
    Given(
        "change",
        "GET",
        f"{CHANGES}/{{id}}",
        STAFF,
        "The entity with live lines and standing decisions.",
        "Carries `ETag`, `revision` and `digest`; `priceDeviations` names the lines whose typed price"
        " is far from PPIC's.",
    ),
    Given(
        "change-decided",
        "GET",
        f"{CHANGES}/{{decided}}",
        STAFF,
        "The same of a change that is decided.",
        "Names who decided, when, on which revision.",
    ),
    Given(
        "change-all",
        "GET",
        f"{CHANGES}/{{id}}/all",
        STAFF,
        "The entity and what the upstreams know of it.",
        "Has `no`, `cust` and `extJobId` too, and no removed lines.",
    ),
    Given(
        "changes-of-order",
        "GET",
        f"{CHANGES}/byPoId/{{poId}}",
        STAFF,
        "The changes of one purchase order of the CRM; none is `[]`.",
        "Needs a login; pages on demand.",
    ),
    Given(
        "changes-of-request",
        "GET",
        f"{CHANGES}/byMrId/{{mrId}}",
        STAFF,
        "The change to which PPIC's material request belongs; none is `[]`.",
        "Documented before, never served.",
    ),
    Given(
        "photo",
        "GET",
        f"{CHANGES}/{{id}}/photo",
        STAFF,
        "The newest file, with its own name and type.",
        "No longer always `application/octet-stream`.",
        is_json=False,
    ),
    Given(
        "photo-add",
        "POST",
        f"{CHANGES}/{{id}}/photo",
        EDITORS,
        "Adds a file: base64 in `photo`, with or without `data:…;base64,`, or multipart.",
        "404, 400, 413 and 415 instead of always 200; older files are kept.",
        body={"photo": f"data:image/png;base64,{PHOTO}", "fileName": "foto panel.png"},
        by="agus",
    ),
    Given(
        "decision",
        "POST",
        f"{CHANGES}/{{id}}/decision",
        DECIDERS,
        "Approves (1) or rejects (2, with a remark) the revision that was shown.",
        "New: a stale revision or digest is 409; with `SIGNATURE_REAUTH` also `password`: the password or"
        " the PIN.",
        by="rina",
        body={"status": 1, "remark": "setuju", "revision": 1},
    ),
    Given(
        "receipt",
        "GET",
        f"{CHANGES}/{{decided}}/receipt",
        STAFF,
        "The signed receipt of a decided change: proof that can be checked without EMS (docs/receipts.md).",
        "409 while it is pending. `payload` is base64url of the JSON that was signed (Ed25519).",
    ),
    Given(
        "receipt-keys",
        "GET",
        "/api/receipt-keys",
        EVERYONE,
        "The public keys that check receipts, the one that signs now first.",
        "Without login: a receipt is checked by people who have no account.",
    ),
    Given(
        "page",
        "GET",
        "/api/ecn-page-detail-data/{id}",
        STAFF,
        "The change and everything that is needed to edit it, in one answer.",
        "404 before any upstream is asked; arrays stay arrays when one is away.",
    ),
    Given(
        "notes",
        "GET",
        "/engineering-notes",
        STAFF,
        "The text of every change, then every engineering note; `type-note` 0 to 3 narrows it to one kind.",
        "`engineeringNotes` and `engineerNotes` both go out; withdrawn changes do not. Notes have ids from 1000000001 on.",
    ),
    Given(
        "note",
        "GET",
        "/engineering-notes/{id}",
        STAFF,
        "The text of one change, or an engineering note.",
        "The same members as in the list.",
    ),
)
FIGURES = (
    Given(
        "metrics",
        "GET",
        f"{DASHBOARD}/metrics",
        STAFF,
        "The dashboard's figures.",
        "Computed from the data; typed ones win and are marked in `overrides`.",
    ),
    Given(
        "metrics-array",
        "GET",
        f"{DASHBOARD}/metrics/arr",
        STAFF,
        "The same in an array of one.",
        "Never `[null]`.",
    ),
    Given(
        "metrics-type",
        "POST",
        f"{DASHBOARD}/metrics/arr",
        TABLES,
        "Types figures over the computed ones; null lets the computed one stand again.",
        "One row only; who typed and when is kept.",
        body={"id": 1, "totalProducts": "150", "numberOfCCNsThisMonth": "8"},
    ),
    Given(
        "ecn-months",
        "GET",
        f"{DASHBOARD}/ecn-data",
        STAFF,
        "ECN per month: the last twelve, or those of `year`.",
        "Counted; in calendar order, empty months too.",
    ),
    Given(
        "ccn-months",
        "GET",
        f"{DASHBOARD}/ccn-data",
        STAFF,
        "CCN per month: the last twelve, or those of `year`.",
        "Counted; in calendar order, empty months too.",
        query="year=2026",
    ),
)
PATHS: tuple[Given, ...] = (
    *ANALYZER,
    *BOMS,
    *PEOPLE,
    *CHANGE_PATHS,
    *APPROVALS,
    *ACTIVITY_PATHS,
    *LEAVE,
    *SETUP,
    *FIGURES,
    *DOCUMENTS,
    *LISTS,
    *NOTICES,
    *SEARCH,
    *TALK,
)
# Served, and about the API rather than of it; the hook is PPIC's door, with a key of its own.
HOOK = "/hooks/ppic/bom-changed"
ABOUT = ("/api/schema", "/api/docs", HOOK, f"{HOOK}/")


def filled(value: Any, ids: dict[str, int]) -> Any:
    """The body of an example with the ids of a world."""
    if isinstance(value, dict):
        return {name: filled(inner, ids) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, ids) for inner in value]
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return ids[value[1:-1]]
    return value


def sent(given: Given, ids: dict[str, int]) -> tuple[Any, str]:
    """What goes over the wire as body, and its content type."""
    if given.form is None:
        return filled(given.body, ids), "application/json"
    fields = {
        name: SimpleUploadedFile("gambar.pdf", PDF) if value == "{file}" else value
        for name, value in given.form.items()
    }
    return encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT
