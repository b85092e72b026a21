"""The paths of comments, questions and follows."""

from tests.contract.given import STAFF, Given

COMMENTS, FOLLOWS = "/api/comments", "/api/follows"
ABOUT = "record={talkRecord}"
AUTHOR = frozenset({"hendi"})

TALK = (
    Given(
        "comments",
        "GET",
        COMMENTS,
        STAFF,
        "What was said about a record (`change:7`, `bom:700`, `activity:3`, `task:9`, `document:1`,"
        " `analysis:5`), the oldest first.",
        "New. A question has `asked` and is open while it has no `closedAt`; what is struck stays, with"
        " who, when and why.",
        query=ABOUT,
    ),
    Given(
        "comment-add",
        "POST",
        COMMENTS,
        STAFF,
        "Says something: at most 4,000 characters of Markdown; `@Name` and `tellExtUserIds` tell people,"
        " `replyTo` replies, `line` quotes a line; files as multipart/form-data.",
        "New: it is no part of what is signed, and moves no decision.",
        status=201,
        by="rina",
        body={
            "record": "{talkRecord}",
            "text": "Baik, @Hendi Saputra.",
            "replyTo": "{commentId}",
        },
        whose="who may read the record",
    ),
    Given(
        "comment-ask",
        "POST",
        COMMENTS,
        STAFF,
        "Asks one person (`askExtUserId`), or with `ask` the requester; it stands in their inbox until they"
        " reply, or another who may answers (`answers`).",
        "New.",
        status=201,
        by="rina",
        body={"record": "{talkRecord}", "text": "Arusnya berapa?", "askExtUserId": 28},
        whose="who may read the record",
    ),
    Given(
        "comment",
        "GET",
        f"{COMMENTS}/{{commentId}}",
        STAFF,
        "One comment.",
        "New.",
    ),
    Given(
        "comment-edit",
        "PUT",
        f"{COMMENTS}/{{commentId}}",
        AUTHOR,
        "Another `text` for one's own, within ten minutes and until somebody answers.",
        "New: the history keeps both texts. Later it is 409.",
        by="hendi",
        body={"text": "Sudah dicek **ulang**."},
        whose="its author",
    ),
    Given(
        "comment-strike",
        "POST",
        f"{COMMENTS}/{{commentId}}/strike",
        frozenset({"hendi", "rina", "admin"}),
        "Strikes it with a reason; it stays readable.",
        "New. Nothing is deleted.",
        by="hendi",
        body={"reason": "salah panel"},
        whose="its author, managers, administrators",
    ),
    Given(
        "comment-file",
        "GET",
        f"{COMMENTS}/{{commentId}}/files/{{commentFileId}}",
        STAFF,
        "A file of a comment, under its own name.",
        "New.",
        is_json=False,
    ),
    Given(
        "follows",
        "GET",
        FOLLOWS,
        STAFF,
        "What the caller chose to follow; with `record` whether they follow that one.",
        "New. Who raised, decides or is in charge of a record follows without having chosen to.",
        query=ABOUT,
    ),
    Given(
        "follow",
        "POST",
        FOLLOWS,
        STAFF,
        "Follows a record: the caller hears of its decisions, new revisions and comments.",
        "New; twice is once.",
        body={"record": "{talkBom}"},
    ),
    Given(
        "unfollow",
        "DELETE",
        FOLLOWS,
        STAFF,
        "Follows it no longer, whatever part the caller has in it.",
        "New. What names or asks somebody still comes.",
        query=ABOUT,
    ),
)
