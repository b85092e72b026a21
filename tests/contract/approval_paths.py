"""The paths of rounds of approval: sent back, forwarded, the inbox, substitutes."""

from tests.contract.given import DECIDERS, STAFF, Given

APPROVALS = (
    Given(
        "return",
        "POST",
        "/engineeringDetailProblems/{id}/return",
        DECIDERS,
        "Sends the revision that was shown back for rework, with a remark: a decision with the status 3.",
        "New: the number stays, the requester is asked; the next submit opens the next round.",
        by="rina",
        body={"remark": "lampirkan SLD", "revision": 1},
    ),
    Given(
        "forward",
        "POST",
        "/engineeringDetailProblems/{id}/forward",
        frozenset({"rina", "admin"}),
        "Asks another person in one's own place, with a reason; a manager or an administrator in"
        " anybody's (`fromExtUserId`).",
        "New. 400 names the field: an unknown person, one who is asked already, or who wrote it.",
        status=204,
        by="rina",
        body={"toExtUserId": 7, "fromExtUserId": 3, "reason": "dinas luar"},
        whose="who is asked; managers and administrators for anybody",
    ),
    Given(
        "inbox",
        "GET",
        "/api/inbox",
        STAFF,
        "Changes, BOMs, tasks and questions that wait for the caller's decision, signature or answer, own and on"
        " behalf of others.",
        "New; the oldest first, 500 at most. A task has the kind `TASK`; its step is that of the signature.",
        by="rina",
    ),
    Given(
        "substitutions",
        "GET",
        "/api/substitutions",
        STAFF,
        "Substitutions that stand: one's own; an administrator sees all.",
        "New.",
    ),
    Given(
        "substitutions-add",
        "POST",
        "/api/substitutions",
        STAFF,
        "Names a substitute for oneself, or as administrator for anybody (`extUserId`).",
        "New. Days of the company, both included; no `kinds` means all. 400 names the field: past"
        " days, unknown people, a circle.",
        status=201,
        by="hendi",
        body={
            "substituteExtUserId": 28,
            "from": "2099-04-01",
            "until": "2099-04-03",
            "kinds": ["ECN", "BOM"],
        },
    ),
    Given(
        "substitution-end",
        "DELETE",
        "/api/substitutions/{substitutionId}",
        frozenset({"agus", "admin"}),
        "Ends a substitution now.",
        "New; the same again has no effect.",
        by="agus",
        whose="the person, who made it, administrators",
    ),
)
