"""Logging: one JSON line each in production, readable in development."""

from typing import Any

import structlog

from core.text.secret_paths import without_tokens
from ems.version import version

# Prompts and answers are in no log, whatever LOG_LEVEL says.
AI_CLIENTS = ("openai", "anthropic", "httpx2", "httpcore2")


def with_version(_logger: Any, _method: str, line: Any) -> Any:
    """Say in each line which version wrote it: two serve while one follows the other."""
    line.setdefault("version", version())
    return line


def logging_config(level: str, *, is_readable: bool) -> dict[str, Any]:
    """Return Django's LOGGING. level: of the root logger; is_readable: for a person's eyes."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if is_readable
        else structlog.processors.JSONRenderer()
    )
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": lambda *line: without_tokens(renderer(*line)),
        "foreign_pre_chain": [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *([] if is_readable else [with_version]),
            structlog.processors.format_exc_info,
        ],
    }
    quiet: tuple[str, ...] = ("django.server", "django_structlog", *AI_CLIENTS)
    if is_readable and level != "DEBUG":
        # A line or two for each task would push the address and the names out of sight.
        quiet = (*quiet, "django_tasks", "django_tasks_db")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"}
        },
        "root": {"handlers": ["console"], "level": level},
        # Django's own handler of development would write addresses as they came.
        "loggers": {"django": {"handlers": []}}
        | {name: {"level": "WARNING"} for name in quiet},
    }


def configure_structlog(*, is_readable: bool) -> None:
    """Let structlog's own loggers go through the same handlers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *([] if is_readable else [with_version]),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
