"""The paths of activities, tasks and their notifications (docs/contract.md#activities)."""

from tests.contract.given import STAFF, Given

ACTIVITIES = "/api/dashboard/activities"
NOTICES = "/api/notifications"
SIGNERS = frozenset({"agus", "hendi", "rina"})
PLANNERS = frozenset({"agus", "hendi", "rina", "admin"})
REMOVERS = frozenset({"hendi", "rina", "admin"})
UNDOERS = frozenset({"agus", "hendi", "rina"})
TOLD = frozenset({"agus"})
DISMISSERS = frozenset({"agus", "rina", "admin"})
SIGN = "whose turn the stage is: PIC in charge, SPV, manager"
PLAN = "who planned it, who is in charge, SPV, managers, administrators"
REMOVE = "who planned it, SPV, managers, administrators"
UNDO = "who signed it, or a higher stage"
HEAR = "who was told"
DISMISS = "who was told, managers, administrators"

PLANNED = (
    Given(
        "activities",
        "GET",
        ACTIVITIES,
        STAFF,
        "Activities with their live tasks and people; filters `from`, `to`, `extInquiryId`,"
        " `taskId`, `supportTableId`, `userId`.",
        "Every filter in SQL; a `to` without an hour counts to the end of that day; removed"
        " tasks and people do not go out; `withUserNames` never fails; pages on demand.",
        query="from=2026-03-01&to=2026-03-31&withUserNames=true&extInquiryId=",
    ),
    Given(
        "activities-page",
        "GET",
        ACTIVITIES,
        STAFF,
        "One page of the same list.",
        "New: `X-Total-Count` and `Link`.",
        query="limit=1&offset=0",
    ),
    Given(
        "activities-excel",
        "GET",
        ACTIVITIES,
        STAFF,
        "`excel=true`: the nine-column report, a row per task, as a file.",
        "Served again; names are filled in always, an unmatched order leaves nothing behind.",
        query="excel=true",
        is_json=False,
    ),
    Given(
        "activity-plan",
        "POST",
        ACTIVITIES,
        STAFF,
        "Plans an activity with its tasks and people: no `id`, or null, or 0.",
        "Everybody in charge is told; `fromCache` and `toCache` span all stored live tasks;"
        " no dated task is fine; at most 500 tasks; unknown people are 400; PPIC is owed the"
        " work order of a PostPO activity and never delays the answer.",
        by="budi",
        body={
            "type": "postpo",
            "description": "Panel LVMDP",
            "extJobId": "51",
            "extPurchaseOrderId": 201,
            "customerId": 3,
            "tasks": [
                {
                    "description": "SLD",
                    "from": "2026-03-18T00:00:00Z",
                    "to": "2026-03-20T00:00:00Z",
                    "hours": "6",
                    "completedDatePic": None,
                    "completedByPicId": None,
                    "inCharges": [{"extUserId": 12, "username": "agus"}],
                },
                {"description": "Layout", "from": "", "inCharges": []},
            ],
        },
    ),
    Given(
        "activity-change",
        "POST",
        ACTIVITIES,
        PLANNERS,
        "Changes what was sent; tasks without `id` are added, with `deletedAt` removed.",
        "Members and tasks that were not sent stay; a task of another activity is 400;"
        " `If-Match` guards.",
        by="hendi",
        body={
            "id": "{activityId}",
            "description": "Panel LVMDP revisi",
            "tasks": [{"id": "{taskId}", "hours": 8}],
        },
        whose=PLAN,
    ),
    Given(
        "activity-sign-by-post",
        "POST",
        ACTIVITIES,
        SIGNERS,
        "A completion that is sent is the caller's own signature, with the server's time.",
        "In another person's name, or out of turn, the whole request is refused; null and"
        " what is stored already ask for nothing.",
        by="agus",
        body={
            "id": "{activityId}",
            "tasks": [{"id": "{taskId}", "completedDatePic": "2020-01-01T00:00:00Z"}],
        },
        whose=SIGN,
    ),
    Given(
        "activity",
        "GET",
        f"{ACTIVITIES}/{{activityId}}",
        STAFF,
        "One activity, whole.",
        "404 for an unknown one, not 200 with `null`; carries `customer`, completions and `ETag`.",
    ),
    Given(
        "activity-head",
        "PUT",
        f"{ACTIVITIES}/{{activityId}}",
        PLANNERS,
        "Changes the members of the header that were sent.",
        "Nothing that was not sent is emptied; PPIC is owed the change.",
        body={"customer": "PT Nusa Lentera", "supportTableId": "4"},
        whose=PLAN,
    ),
    Given(
        "activity-remove",
        "DELETE",
        f"{ACTIVITIES}/{{activityId}}",
        REMOVERS,
        "Removes it with its tasks, softly; PPIC is owed the removal of its work order.",
        "New (branch `repair-activity`).",
        whose=REMOVE,
    ),
    Given(
        "tasks",
        "GET",
        f"{ACTIVITIES}/task",
        STAFF,
        "Tasks by `taskId` and `activityId`, or all.",
        "Live ones only; carries who completed them.",
        query="activityId={activityId}",
    ),
    Given(
        "task",
        "GET",
        f"{ACTIVITIES}/task/{{taskId}}",
        STAFF,
        "The activity of a task in an array, whole, with that task only; unknown is `[]`.",
        "Carries `customer` and the document, so that it can be posted back.",
        query="withUserNames=true",
    ),
    Given(
        "task-change",
        "PUT",
        f"{ACTIVITIES}/task/{{taskId}}",
        PLANNERS,
        "Changes `remark`, `hours`, `from`, `to` of a task and the `customer` of its activity.",
        "Only what was sent; the activity's span follows; also `hoursSpent`, `lateReason` (1 to 5), `lateNote`.",
        body={"customer": "PT Nusa Lentera"},
        whose=PLAN,
    ),
    Given(
        "in-charges",
        "GET",
        "/api/dashboard/incharges/{taskId}",
        STAFF,
        "Who is in charge of a task; nobody is 404.",
        "Live ones only, with `picName`.",
    ),
    Given(
        "tasks-add",
        "POST",
        "/api/tasks",
        PLANNERS,
        "Adds a task to its activity (`engineeringActivityId`) and tells who is in charge.",
        "One transaction; the activity's span follows.",
        by="hendi",
        body={
            "engineeringActivityId": "{activityId}",
            "description": "Cek FAT",
            "inCharges": [{"extUserId": 12}],
        },
        whose=PLAN,
    ),
    Given(
        "tasks-of-change",
        "GET",
        "/api/tasks/byecnccnid/{id}",
        STAFF,
        "Live tasks of the activities of an ECN or CCN; none is 404.",
        "`extEngineeringDetailProblemId` is filled; an auth server that is away costs names only.",
        query="includeActivityDetails=true",
    ),
)
TOLD_PATHS = (
    Given(
        "notifications",
        "GET",
        NOTICES,
        STAFF,
        "Every notification of a task, newest first.",
        "One per event; the same rows that the portal shows to people.",
    ),
    Given(
        "notifications-post",
        "POST",
        NOTICES,
        STAFF,
        "Tells who holds a stage of a task something.",
        "An unknown task is 404, an unknown role 400; state and time are the server's own.",
        body={
            "title": "Cek",
            "message": "Tolong cek",
            "taskId": "{taskId}",
            "role": "PIC",
        },
    ),
    Given(
        "notifications-active",
        "GET",
        f"{NOTICES}/active",
        STAFF,
        "What still waits for a role, newest first.",
        "Any letter case; signed stages no longer show.",
        query="role=PIC",
    ),
    Given(
        "notifications-open",
        "GET",
        f"{NOTICES}/dashboard",
        STAFF,
        "What still waits for anybody, newest first.",
        "Signed stages no longer show.",
    ),
    Given(
        "notifications-task",
        "GET",
        f"{NOTICES}/task/{{taskId}}",
        STAFF,
        "What was ever told about a task, newest first.",
        "Tasks planned inside an activity are told of, too.",
    ),
    Given(
        "notification",
        "GET",
        f"{NOTICES}/{{taskNoticeId}}",
        STAFF,
        "One notification.",
        "Needs a login.",
    ),
    Given(
        "notification-read",
        "PUT",
        f"{NOTICES}/{{taskNoticeId}}",
        TOLD,
        "Marks it as read for oneself.",
        "Called before, never served.",
        by="agus",
        whose=HEAR,
    ),
    Given(
        "notification-remove",
        "DELETE",
        f"{NOTICES}/{{taskNoticeId}}",
        DISMISSERS,
        "Removes a notification.",
        "What happened stays in the ledger.",
        status=204,
        whose=DISMISS,
    ),
    Given(
        "notice-done",
        "PUT",
        f"{NOTICES}/done",
        SIGNERS,
        "Signs a stage of a task as oneself; answers its notification.",
        "Signs the task, closes the notice and asks the next stage exactly once; any letter"
        " case; 403 without the right, 409 out of turn or twice.",
        by="agus",
        query="taskId={taskId}&role=PIC",
        whose=SIGN,
    ),
    Given(
        "done-post",
        "POST",
        f"{NOTICES}/done",
        SIGNERS,
        "The same; task and role in the query or in the body.",
        "Documented before, never served.",
        by="agus",
        body={"taskId": "{taskId}", "role": "pic"},
        whose=SIGN,
    ),
    Given(
        "undone",
        "PUT",
        f"{NOTICES}/undone",
        UNDOERS,
        "Takes the latest signature of a task back.",
        "The task is unsigned, the follow-up withdrawn, the stage asked again; 409 while a"
        " later stage is signed.",
        by="agus",
        query="taskId={signedTaskId}&role=pic",
        whose=UNDO,
    ),
    Given(
        "undone-post",
        "POST",
        f"{NOTICES}/undone",
        UNDOERS,
        "The same; `reason` is kept.",
        "New.",
        by="agus",
        body={"taskId": "{signedTaskId}", "role": "pic", "reason": "salah gambar"},
        whose=UNDO,
    ),
    Given(
        "undo-done",
        "PUT",
        f"{NOTICES}/undo-done",
        UNDOERS,
        "The same, under the name that pages call.",
        "Was 405.",
        by="agus",
        query="taskId={signedTaskId}&role=pic",
        whose=UNDO,
    ),
)
ACTIVITY_PATHS = (*PLANNED, *TOLD_PATHS)
