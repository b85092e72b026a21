"""The one way a rule says no."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError

from core.text.camel_case import camel


class DomainError(Exception):
    """A rule of the department refused; carries a sentence for people and a code for programs.

    sentence: what happened and what to do, already translated.
    code: one of the words of docs/contract.md#errors, e.g. ``stale_revision``.
    errors: field name on the wire -> sentences, when the input is at fault.
    extra: further facts for the program, e.g. the current revision.
    retry_after: seconds to wait, for ``throttled`` and ``unavailable``.
    """

    def __init__(
        self,
        sentence: str,
        code: str = "invalid",
        *,
        errors: Mapping[str, Sequence[str]] | None = None,
        extra: Mapping[str, object] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.errors = {name: list(words) for name, words in (errors or {}).items()}
        self.extra = dict(extra or {})
        self.retry_after = retry_after


def invalid(field: str, sentence: str) -> DomainError:
    """The refusal of one field of the input."""
    return DomainError(sentence, "invalid", errors={field: [sentence]})


def from_validation_error(error: ValidationError) -> DomainError:
    """A refusal of a model by field (``Model.clean``), as a DomainError."""
    by_field = error.message_dict
    sentences = [word for words in by_field.values() for word in words]
    return DomainError(
        " ".join(sentences),
        "invalid",
        errors={camel(name): words for name, words in by_field.items()},
    )
