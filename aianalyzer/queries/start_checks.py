"""What ``check`` says at the start: a model is configured and cannot be asked."""

from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, register

from aianalyzer.queries.models_on_offer import CLIENTS, without_client


@register()
def clients_are_installed(**_kwargs: Any) -> list[CheckMessage]:
    """Name each configured provider without its client; its models are offered on no page."""
    return [
        checks.Warning(
            f"{provider.label} is configured, but its client “{CLIENTS[provider]}” is not installed: "
            "its models are not offered.",
            hint="python -m pip install --require-hashes -r requirements-ai.lock",
            id="aianalyzer.W001",
        )
        for provider in without_client()
    ]
