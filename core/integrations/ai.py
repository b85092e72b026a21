"""The company's estimator: reads a document and answers in Markdown."""

import base64

from core.integrations import decoding
from core.integrations.errors import Reason, UpstreamError
from core.integrations.http import Client, UpstreamAnswer

OPTION = 1
RESULT_CAP = 2 * 1024 * 1024


class Estimator:
    """The client of AI_ESTIMATOR_URL; for jobs only, since an answer takes minutes."""

    def __init__(self, client: Client) -> None:
        self.clients = (client,)
        self._client = client

    def process_pdf(self, file: bytes, model: str, option_type: int = OPTION) -> str:
        """The estimator's Markdown about a document.

        file: its bytes; model: ``gpt4`` or ``claude``; option_type: which prompt, known to
        the estimator. Raises UpstreamError, also for a blank answer (``Reason.INVALID``).
        """
        body = {
            "file": base64.b64encode(file).decode(),
            "option_type": option_type,
            "model": model,
        }
        outcome = self._client.ask_whole("/process_pdf", json=body)
        if isinstance(outcome, UpstreamError):
            raise outcome
        if outcome.status != 200:
            raise self._client.refusal(outcome)
        result = self._result(outcome)
        if not result:
            raise self._client.error(Reason.INVALID)
        return result

    @staticmethod
    def _result(answer: UpstreamAnswer) -> str:
        try:
            row = decoding.as_row(decoding.load_json(answer.body))
            results = decoding.rows_of(row.get("results"))
            first = results[0] if results else None
            return decoding.text(first, RESULT_CAP) if isinstance(first, str) else ""
        except ValueError:
            return ""
