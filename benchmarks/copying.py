"""A bare program on the same server: the body into a file, a file into the body."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware

FOLDER = Path(os.environ.get("COPY_FOLDER", "/tmp"))
# The pieces of ours: up as the form parser cuts them, down as the store reads them.
UP, DOWN = 1 << 18, 1 << 20


def copy(
    environ: dict[str, Any], start_response: Callable[..., object]
) -> Iterable[bytes]:
    """POST keeps the body as ``copy.bin``, ``/sync`` on the disk for sure; GET sends the payload."""
    if environ["REQUEST_METHOD"] == "GET":
        size = (FOLDER / "payload.bin").stat().st_size
        start_response("200 OK", [("Content-Length", str(size))])
        return pieces()
    left = int(environ["CONTENT_LENGTH"])
    with (FOLDER / "copy.bin").open("wb") as file:
        while left and (piece := environ["wsgi.input"].read(min(left, UP))):
            file.write(piece)
            left -= len(piece)
        if environ["PATH_INFO"] == "/sync":
            file.flush()
            os.fsync(file.fileno())
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def pieces() -> Iterator[bytes]:
    with (FOLDER / "payload.bin").open("rb") as file:
        while piece := file.read(DOWN):
            yield piece


application = WSGIMiddleware(copy, workers=8, send_queue_size=1)  # type: ignore[arg-type]
