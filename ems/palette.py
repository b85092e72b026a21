"""What the palette offers beside records: verbs and pages, by their words."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.accounts.models import User
from core.accounts.permissions import may
from core.db.ranking import Match
from core.text.normal_form import plain_text

FEW = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """One line that leads somewhere: its words, its picture, its address."""

    title: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An offer for those whose roles allow ``verb``; label and further words are to be translated."""

    label: str
    icon: str
    view: str
    verb: str = "read"
    words: str = ""


ACTIONS = (
    Entry(
        gettext_noop("Raise an ECN or CCN"),
        "plus",
        "engineering:change_new",
        "raise_change",
        gettext_noop("new change FAB"),
    ),
    Entry(
        gettext_noop("Plan an activity"),
        "plus",
        "activities:activity_new",
        "plan_activity",
        gettext_noop("new task"),
    ),
    Entry(
        gettext_noop("Upload documents"),
        "upload",
        "supportdocs:document_list",
        "upload_document",
        gettext_noop("file drawing"),
    ),
    Entry(
        gettext_noop("Submit a BOM for approval"),
        "plus",
        "bom:bom_new",
        "open_bom_approval",
        gettext_noop("new PPIC"),
    ),
    Entry(
        gettext_noop("Analyse a document"),
        "analyzer",
        "aianalyzer:document_new",
        "analyse_document",
        gettext_noop("tender AI"),
    ),
)
PAGES = (
    Entry(gettext_noop("Home"), "home", "home"),
    Entry(gettext_noop("Waiting for me"), "inbox", "inbox", words="inbox"),
    Entry(gettext_noop("ECN / CCN"), "changes", "engineering:change_list"),
    Entry(gettext_noop("BOM"), "bom", "bom:bom_list"),
    Entry(gettext_noop("Activities"), "activities", "activities:activity_list"),
    Entry(gettext_noop("Overdue tasks"), "clock", "activities:overdue_list"),
    Entry(gettext_noop("Calendar"), "calendar", "activities:calendar"),
    Entry(gettext_noop("Workload"), "people", "activities:workload"),
    Entry(gettext_noop("Documents"), "documents", "supportdocs:document_list"),
    Entry(gettext_noop("Jobs and their documents"), "box", "supportdocs:job_list"),
    Entry(gettext_noop("Reports"), "reports", "reports:index"),
    Entry(gettext_noop("Department figures"), "reports", "department"),
    Entry(gettext_noop("Analyzer"), "analyzer", "aianalyzer:inquiry_list"),
    Entry(gettext_noop("Notifications"), "bell", "notifications:list"),
    Entry(gettext_noop("Substitutes"), "people", "substitutes"),
    Entry(gettext_noop("Leave"), "calendar", "workdays:leave"),
    Entry(gettext_noop("Setup"), "setup", "setup", "keep_tables"),
    Entry(gettext_noop("User guide"), "guide", "help"),
)


def actions_for(user: User, text: str) -> list[Offer]:
    """What this person may begin, by the words of it; everything for a blank text."""
    return _offers(ACTIONS, user, text)


def pages_for(user: User, text: str) -> list[Offer]:
    """The pages this person may open whose name has every word; none for a blank text."""
    return _offers(PAGES, user, text) if text.strip() else []


def _offers(entries: tuple[Entry, ...], user: User, text: str) -> list[Offer]:
    words = plain_text(text).split()
    found = []
    for entry in entries:
        match = _match(entry, words)
        if match is not None and may(user, entry.verb):
            found.append(
                (match, Offer(_(entry.label), entry.icon, reverse(entry.view)))
            )
    return [offer for _match_, offer in sorted(found, key=lambda each: each[0])][:FEW]


def _match(entry: Entry, words: list[str]) -> Match | None:
    """Whether every word stands in the label, in the reader's language or in English."""
    label = plain_text(_(entry.label))
    more = _(entry.words) if entry.words else ""
    whole = plain_text(f"{label} {entry.label} {more} {entry.words}")
    if not all(word in whole for word in words):
        return None
    return Match.NAME if label.startswith(" ".join(words)) else Match.WORDS
