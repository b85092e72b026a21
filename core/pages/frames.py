"""The frame in which a PDF is drawn: an origin of its own, without cookies and without rights.

Whatever a PDF does to its reader, it does there. The file comes by a signed address (``core.accounts.sessions``), as the
frame has no cookie.
"""

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase

FRAME = csp_replace(
    {
        "default-src": [NONE],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": ["data:", "blob:"],
        "font-src": ["data:", "blob:"],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-scripts"],
    }
)


def asked_before(request: HttpRequest, next_address: str) -> HttpResponse | None:
    """The answer to what a browser asks before the file, and to ``?renew``: the next address of it."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Access-Control-Allow-Headers"] = "Range, If-Range"
        return response
    if "renew" not in request.GET:
        return None
    response = HttpResponse(next_address, content_type="text/plain")
    response["Cache-Control"] = "private, no-store"
    return response


def for_frame(response: HttpResponseBase) -> HttpResponseBase:
    """Let the frame, whose origin is none, read the answer."""
    response["Access-Control-Allow-Origin"] = "null"
    response["Access-Control-Expose-Headers"] = (
        "Accept-Ranges, Content-Range, Content-Length, Content-Encoding"
    )
    return response
