"""What Sentry and an OpenTelemetry collector are told, where a setting names one.

Neither hears a secret: no body, no cookie, no local variable, no query, and no token of a link.
"""

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

from core.text.secret_paths import without_tokens
from ems.version import version

PACKAGES = {"SENTRY_DSN": "sentry_sdk", "OTEL_ENDPOINT": "opentelemetry.sdk"}
# Where a span may carry the address of a request, by the older and the newer convention.
ADDRESSES = ("http.url", "http.target", "url.full", "url.path")
QUERIES = ("url.query",)


def observe() -> None:
    """Begin to tell; once in each process, before the first request. Nothing without a setting."""
    if settings.SENTRY_DSN and not missing("SENTRY_DSN"):
        _tell_sentry()
    if settings.OTEL_ENDPOINT and not missing("OTEL_ENDPOINT"):
        _tell_collector()


def missing(setting: str) -> bool:
    """Whether the package that a setting needs is not installed."""
    try:
        return find_spec(PACKAGES[setting]) is None
    except ModuleNotFoundError:  # not even the package around it
        return True


@register()
def packages_are_installed(**_kwargs: Any) -> list[CheckMessage]:
    """Name each setting that has no effect, since its package is not here."""
    return [
        checks.Warning(
            f"{setting} is set, but its package is not installed: nothing is told.",
            hint="python -m pip install --require-hashes -r requirements-observe.lock",
            id="ems.W002",
        )
        for setting in PACKAGES
        if getattr(settings, setting) and missing(setting)
    ]


def _tell_sentry() -> None:
    import sentry_sdk  # noqa: PLC0415 - an extra

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=f"ems@{version()}",
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,  # they would hold queries with their values
        before_send=without_secrets,
    )


def without_secrets(event: Any, _hint: Any) -> Any:
    """The event without tokens, queries and headers; an error's own words stay."""
    request = event.get("request")
    if request:
        address = without_tokens(str(request.get("url", "")))
        event["request"] = {"url": address, "method": request.get("method")}
    if "transaction" in event:
        event["transaction"] = without_tokens(str(event["transaction"]))
    return event


def _tell_collector() -> None:
    from opentelemetry import trace  # noqa: PLC0415 - an extra
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.instrumentation.django import DjangoInstrumentor  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    who = Resource.create({"service.name": "ems", "service.version": version()})
    provider = TracerProvider(resource=who)
    exporter = OTLPSpanExporter(f"{settings.OTEL_ENDPOINT.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(request_hook=clean_span)


def clean_span(span: Any, _request: Any) -> None:
    """Take tokens out of the addresses that a span carries, and its query whole."""
    given = dict(span.attributes or {})
    for name in ADDRESSES:
        if name in given:
            span.set_attribute(name, without_tokens(str(given[name]).partition("?")[0]))
    for name in QUERIES:
        if name in given:
            span.set_attribute(name, "")
