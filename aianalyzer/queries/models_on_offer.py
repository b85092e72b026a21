"""Models that can be chosen, and the documents that each may read (settings)."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from core.errors import DomainError, invalid
from core.integrations.chat import is_installed

Provider = InquiryAiGeneration.Provider
DocumentClass = InquiryAiGeneration.DocumentClass
OFFLINE = "offline"
# The official client of each outside model (requirements-ai.txt).
CLIENTS = {Provider.OPENAI: "openai", Provider.ANTHROPIC: "anthropic"}


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model that people may choose. key: ``openai:llama3``; classes: what it may read."""

    key: str
    provider: str
    model: str
    label: str
    classes: frozenset[str]

    @property
    def is_outside(self) -> bool:
        """Whether a document leaves this server."""
        return self.provider != Provider.OFFLINE


def choices() -> list[ModelChoice]:
    """The offline analyzer, then every model of every provider that is configured and has its client."""
    found = [_choice(Provider.OFFLINE, "")]
    for provider, models in _configured():
        if not lacks_client(provider):
            found += [_choice(provider, model) for model in models if model]
    return found


def _configured() -> list[tuple[Provider, list[str]]]:
    rows = (
        (Provider.OPENAI, settings.AI_BASE_URL, settings.AI_MODELS),
        (
            Provider.ANTHROPIC,
            settings.AI_ANTHROPIC_KEY and settings.AI_ANTHROPIC_URL,
            settings.AI_ANTHROPIC_MODELS,
        ),
        (
            Provider.ESTIMATOR,
            settings.AI_ESTIMATOR_URL,
            settings.AI_ESTIMATOR_MODELS,
        ),
    )
    return [(provider, models) for provider, is_there, models in rows if is_there]


def lacks_client(provider: str) -> bool:
    """Whether the official client that this provider needs is not installed here."""
    return provider in CLIENTS and not is_installed(CLIENTS[Provider(provider)])


def without_client() -> list[Provider]:
    """The providers that are configured and cannot be asked."""
    return [provider for provider, _models in _configured() if lacks_client(provider)]


def _choice(provider: Provider, model: str) -> ModelChoice:
    is_offline = provider == Provider.OFFLINE
    label = str(provider.label) if is_offline else f"{provider.label}: {model}"
    key = OFFLINE if is_offline else f"{provider}:{model}"
    return ModelChoice(key, provider, model or OFFLINE, label, _classes(provider))


def _classes(provider: Provider) -> frozenset[str]:
    if provider == Provider.OFFLINE:
        return frozenset(DocumentClass.values)
    rows = settings.AI_CLASSES.items()
    return frozenset(name for name, allowed in rows if provider in allowed)


def choice_of(key: str) -> ModelChoice:
    """The choice of this key, or of this model's bare name; the offline analyzer for "".

    Raises DomainError ``invalid``.
    """
    wanted = (key or OFFLINE).strip()
    known = choices()
    for each in known:
        if wanted in {each.key, each.model}:
            return each
    allowed = ", ".join(each.key for each in known)
    raise invalid("model", _("There is no such model here. One of: %s.") % allowed)


def require_allowed(choice: ModelChoice, document_class: str) -> None:
    """Refuse to send a document where its class must not go; raises DomainError ``forbidden``."""
    if document_class not in DocumentClass.values:
        allowed = ", ".join(DocumentClass.values)
        raise invalid("documentClass", _("One of: %s.") % allowed)
    if document_class not in choice.classes:
        label = DocumentClass(document_class).label
        sentence = _(
            "%(class)s documents may not be sent to %(model)s. Choose the offline analyzer, or"
            " ask an administrator."
        )
        raise DomainError(
            sentence % {"class": label, "model": choice.label}, "forbidden"
        )
