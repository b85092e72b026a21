"""The predecessor's 77 routes on 53 path templates, and the paths that only its documents or clients
knew (docs/contract.md#paths-that-only-documents-or-clients-knew)."""

ROUTES = """
POST /login
GET /engineering-notes
GET /engineering-notes/{id}
GET /engineerSupports
POST /engineerSupports
GET /supportDetails
POST /supportDetails
GET /outstandingPostPOs
POST /outstandingPostPOs
GET /donePOs
POST /donePOs
GET /configurations
POST /configurations
GET /api/deptconfigs
POST /api/deptconfigs
GET /engineeringDetailProblems
GET /engineeringDetailProblems/{id}
GET /engineeringDetailProblems/{id}/all
GET /engineeringDetailProblems/byPoId/{poId}
GET /engineeringDetailProblems/{id}/photo
POST /engineeringDetailProblems
POST /engineeringDetailProblems/{id}/photo
GET /api/ecn-page-detail-data/{id}
GET /bomapprovals
GET /bomapprovals/{id}
POST /bomapprovals
GET /api/dashboard/metrics
GET /api/dashboard/metrics/arr
POST /api/dashboard/metrics/arr
GET /api/dashboard/ecn-data
GET /api/dashboard/ccn-data
GET /populate
GET /api/dashboard/activities
GET /api/dashboard/activities/{id}
GET /api/dashboard/activities/test
POST /api/dashboard/activities
PUT /api/dashboard/activities/{id}
GET /api/dashboard/activities/task
GET /api/dashboard/activities/task/{taskId}
PUT /api/dashboard/activities/task/{taskId}
GET /api/dashboard/incharges/{taskId}
GET /api/tasks/byecnccnid/{ecnCcnId}
POST /api/tasks
GET /api/userroles
GET /api/userroles/byUserId/{userId}
GET /api/userroles/{id}
POST /api/userroles
PUT /api/userroles/{id}
DELETE /api/userroles/{id}
POST /panelprocess
GET /panelprocess
GET /panelprocess/{id}
PUT /panelprocess/{id}
DELETE /panelprocess/{id}
GET /api/generations
POST /generations
POST /api/notifications
GET /api/notifications
GET /api/notifications/active
GET /api/notifications/dashboard
GET /api/notifications/task/{taskId}
GET /api/notifications/{id}
PUT /api/notifications/done
PUT /api/notifications/undone
DELETE /api/notifications/{id}
GET /supporttables
GET /supporttables/{id}
POST /supporttables
PUT /supporttables/{id}
DELETE /supporttables/{id}
POST /supporttables/{id}/upload
GET /supporttables/{id}/download
GET /supporttables/download/{fileName}
GET /api/support-engineering-documents
POST /api/support-engineering-documents
PUT /api/support-engineering-documents/{jobId}/supporttableid
DELETE /api/support-engineering-documents/{jobId}
"""
PROMISED = """
GET /engineeringDetailProblems/byMrId/{mrId}
POST /engineeringDetailProblems/{id}/decision
POST /bomapprovals/{extBomLeveledId}/decision
POST /api/notifications/done
POST /api/notifications/undone
PUT /api/notifications/undo-done
PUT /api/notifications/{id}
POST /api/generations
DELETE /api/dashboard/activities/{id}
"""
# Debug leftovers of the predecessor that wrote or showed demo data.
DROPPED = frozenset({"GET /populate", "GET /api/dashboard/activities/test"})


def lines(text: str) -> list[tuple[str, str]]:
    """Method and path template of each line."""
    return [
        (method, path)
        for method, _space, path in (line.partition(" ") for line in text.split("\n"))
        if method
    ]
