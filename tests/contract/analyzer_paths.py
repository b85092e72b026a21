"""The paths of the document analyzer (docs/contract.md#analyses)."""

from tests.contract.given import STAFF, STEERERS, Given

GENERATIONS = "/api/generations"
BODY = {
    "fileName": "tender.pdf",
    "model": "gpt4",
    "inquiryId": "301",
    "content": "# Ringkasan\n\n- LVMDP 3200 A",
}
ANALYZER = (
    Given(
        "generations",
        "GET",
        GENERATIONS,
        STAFF,
        "Every analysis with its full content, oldest first; `inquiryId` narrows it.",
        "Carries state, provider, facts, sources with the verdict of the check, tokens and who;"
        " pages on demand. `?inquiryId=` is 400, as before.",
        query="inquiryId=301",
    ),
    Given(
        "generations-page",
        "GET",
        GENERATIONS,
        STAFF,
        "A page of them.",
        "`X-Total-Count` and `Link` say how many there are.",
        query="limit=1&offset=1",
    ),
    Given(
        "generation-record-api",
        "POST",
        GENERATIONS,
        STAFF,
        "Records an answer that the client got elsewhere.",
        "New at this path. Marked as recorded from outside: nothing of it was checked.",
        body=BODY,
    ),
    Given(
        "generation-record",
        "POST",
        "/generations",
        STAFF,
        "The same at the predecessor's path.",
        "Needs a login; the words are counted.",
        body=BODY,
    ),
    Given(
        "generation-analyze",
        "POST",
        f"{GENERATIONS}/analyze",
        STAFF,
        "Analyses a document (multipart `file`) or, without one, the inquiry itself.",
        "New: 202 with the job, `Location` to poll. `model` is `offline` (default) or one that is"
        " configured; 403 when `documentClass` does not allow it; 413, 415, 429, 503 with a sentence.",
        status=202,
        body={"inquiryId": "301", "documentClass": "internal", "language": "id"},
    ),
    Given(
        "generation",
        "GET",
        f"{GENERATIONS}/{{generationId}}",
        STAFF,
        "One analysis: state, progress, and the answer as far as it is written.",
        "New. The same while it grows, as server-sent events, at `.../{id}/stream`: `progress`"
        " (`state`, `step`, `progress`), `text` (from character `at` on the answer reads `text`),"
        " `end` (the whole row).",
    ),
    Given(
        "generation-cancel",
        "POST",
        f"{GENERATIONS}/{{generationId}}/cancel",
        STEERERS,
        "Stops an analysis that waits or runs.",
        "New: 409 when it has ended.",
    ),
    Given(
        "generation-retry",
        "POST",
        f"{GENERATIONS}/{{failedId}}/retry",
        STEERERS,
        "Analyses the same document again, after a failure or a cancel.",
        "New: 202, as for a new one.",
        status=202,
    ),
)
