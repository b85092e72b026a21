"""How gunicorn serves `ems.asgi:application` (docs/operations.md, "Sizes")."""

import os
from typing import Any

from ems.management.processes import end_with_parent

IS_DEV = os.environ.get("DEBUG", "").lower() in {"1", "on", "true", "yes"}

worker_class = "ems.connections.Worker"
workers = 1 if IS_DEV else int(os.environ.get("WEB_CONCURRENCY", "2"))
timeout = 30
graceful_timeout = 2 if IS_DEV else 25
keepalive = 5
max_requests = 0 if IS_DEV else 5000
max_requests_jitter = 500
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# Whom to believe is decided in one place, TRUSTED_PROXIES, and not here as well.
forwarded_allow_ips = ""
control_socket_disable = True
loglevel = "warning" if IS_DEV else "info"


def on_starting(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Tie ourselves to whoever started us."""
    end_with_parent()
