"""Settings of gunicorn for ``ems.asgi:application`` (docs/operations.md, "Sizes")."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from launcher.processes import end_with_parent

IS_DEV = os.environ.get("DEBUG", "").lower() in {"1", "on", "true", "yes"}

METRICS = "PROMETHEUS_MULTIPROC_DIR"
is_own_place = False
if not IS_DEV and METRICS not in os.environ:
    # Before any figure is made: each process writes its own here, and /metrics adds them up.
    os.environ[METRICS] = tempfile.mkdtemp(prefix="ems-metrics-")
    is_own_place = True

worker_class = "ems.server.connections.Worker"
workers = 1 if IS_DEV else int(os.environ.get("WEB_CONCURRENCY", "2"))
timeout = 30
graceful_timeout = 2 if IS_DEV else 25
keepalive = 5
max_requests = 0 if IS_DEV else 5000
max_requests_jitter = 500
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# TRUSTED_PROXIES alone decides which proxy is believed.
forwarded_allow_ips = ""
control_socket_disable = True
loglevel = "warning" if IS_DEV else "info"


def on_starting(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """End with the process that started this one."""
    end_with_parent()
    if not IS_DEV:
        place = Path(os.environ[METRICS])
        place.mkdir(parents=True, exist_ok=True)
        for old in place.glob("*.db"):  # of a server that is no more
            old.unlink(missing_ok=True)


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Keep the counters of a process that ended; its gauges go with it."""
    if not IS_DEV:
        # Only now: the place must be known before it is loaded.
        from prometheus_client import multiprocess  # noqa: PLC0415

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    if is_own_place:
        shutil.rmtree(os.environ[METRICS], ignore_errors=True)
