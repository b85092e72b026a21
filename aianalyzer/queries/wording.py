"""The words of answers and failures, in the language that is active."""

from typing import get_args

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aianalyzer.models import InquiryAiGeneration
from core.documents.extraction import sentence_of
from core.documents.model import Reason

FACTS = {
    "panel": gettext_noop("Panel"),
    "quantity": gettext_noop("Quantity"),
    "voltage": gettext_noop("Voltage"),
    "current": gettext_noop("Rated current"),
    "short_circuit": gettext_noop("Short-circuit strength"),
    "frequency": gettext_noop("Frequency"),
    "power": gettext_noop("Power"),
    "ip": gettext_noop("Degree of protection"),
    "ik": gettext_noop("Impact protection"),
    "form": gettext_noop("Form of separation"),
    "busbar": gettext_noop("Busbar"),
    "cable_entry": gettext_noop("Cable entry"),
    "cable": gettext_noop("Cable size"),
    "transformer": gettext_noop("Current transformer"),
    "colour": gettext_noop("Colour"),
    "brand": gettext_noop("Brand"),
    "dimensions": gettext_noop("Dimensions"),
    "standard": gettext_noop("Standard"),
    "test": gettext_noop("Test"),
    "date": gettext_noop("Date"),
    "deadline": gettext_noop("Deadline"),
    "delivery": gettext_noop("Place of delivery"),
    "warranty": gettext_noop("Warranty"),
    "penalty": gettext_noop("Penalty"),
    "payment": gettext_noop("Payment"),
    "party": gettext_noop("Party"),
    "project": gettext_noop("Project"),
    "other": gettext_noop("Other"),
}
ASKED = {
    "quantity": gettext_noop("How many panels are needed of each kind?"),
    "voltage": gettext_noop("Which rated voltage does the installation have?"),
    "current": gettext_noop("Which rated current does the incoming feeder have?"),
    "short_circuit": gettext_noop("Which short-circuit strength (Icw) is required?"),
    "ip": gettext_noop("Which degree of protection (IP) is required?"),
    "form": gettext_noop("Which form of internal separation is required?"),
    "cable_entry": gettext_noop("Do the cables enter from the top or the bottom?"),
    "brand": gettext_noop("Which brands of ACB and MCCB are approved?"),
    "standard": gettext_noop("Which standards apply?"),
    "date": gettext_noop("By when must the offer and the panels be delivered?"),
}
HEADINGS = {
    "fact": gettext_noop("Key facts"),
    "point": gettext_noop("Summary"),
    "question": gettext_noop("To be asked"),
    "page": gettext_noop("page %d"),
    "no_page": gettext_noop("page not given"),
    "no_source": gettext_noop("no source was given"),
    "not_found": gettext_noop("NOT FOUND in the source"),
}
FAILURES = {
    "unreachable": gettext_noop(
        "%(who)s cannot be reached. Try again later, or choose the offline analyzer."
    ),
    "timeout": gettext_noop(
        "%(who)s did not answer in time. Try again, or choose the offline analyzer."
    ),
    "refused": gettext_noop(
        "%(who)s refused the request (status %(detail)s). Tell IT if it happens again."
    ),
    "invalid": gettext_noop(
        "%(who)s gave an answer that cannot be used. Try again, or choose another model."
    ),
    "too_big": gettext_noop("%(who)s gave an answer that is too long to be kept."),
    "redirect": gettext_noop(
        "%(who)s wanted to send us elsewhere, which is never followed. Tell IT."
    ),
    "busy": gettext_noop(
        "%(who)s has too many analyses at once. Try again in a minute."
    ),
    "open": gettext_noop(
        "%(who)s failed too often and is left alone for a moment. Try again in a minute."
    ),
    "no_answer": gettext_noop(
        "%(who)s gave no answer. Try again, or choose another model."
    ),
    "cut": gettext_noop(
        "%(who)s broke its answer off before there was anything that can be checked. Try again, or choose another model."
    ),
    # Analyses of before free answers were shown.
    "form": gettext_noop(
        "%(who)s did not answer in the form that can be checked, so nothing of it is shown."
        " Try again, or choose another model."
    ),
    "not_installed": gettext_noop(
        "The client of %(who)s is not installed on this server (requirements-ai.txt). Tell IT."
    ),
    "not_allowed": gettext_noop(
        "Documents of this class may no longer be sent to %(who)s. Choose the offline analyzer."
    ),
    "only_pdf": gettext_noop(
        "%(who)s reads PDF only. Choose another model, or save the document as PDF."
    ),
    "file_missing": gettext_noop(
        "The file is no longer in the store. Upload it again, or tell IT."
    ),
    "nothing": gettext_noop(
        "No text could be read in the document, so there is nothing to analyse. If it is a scan,"
        " upload one with text."
    ),
    "interrupted": gettext_noop(
        "The analysis was cut off twice, for instance by a restart of the server. Try again."
    ),
    "limits": gettext_noop(
        "The analysis needed more time or memory than it may have. Split the document into"
        " smaller ones."
    ),
    "internal": gettext_noop(
        "Something went wrong on our side. Try again; if it stays so, tell IT."
    ),
}
READING: tuple[Reason, ...] = get_args(Reason)


def answer_words() -> dict[str, str]:
    """Headings, names of facts and questions for an answer."""
    words = {name: _(text) for name, text in (FACTS | HEADINGS).items()}
    return words | {f"ask_{name}": _(text) for name, text in ASKED.items()}


def fact_name(kind: str) -> str:
    """Name of a kind of fact."""
    return _(FACTS[kind]) if kind in FACTS else kind


def failure_sentence(generation: InquiryAiGeneration) -> str:
    """Why an analysis failed and what to do; empty when it did not."""
    for reason in READING:
        if generation.failure == reason:
            return sentence_of(reason)
    if not generation.failure:
        return ""
    text = _(FAILURES.get(generation.failure, FAILURES["internal"]))
    who = generation.get_provider_display()
    return text % {"who": who, "detail": generation.failure_detail}
