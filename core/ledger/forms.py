"""The pages' side of saving once: a key in the form, and the way to what it made."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.ledger.services.single_submission import (
    MAX_KEY,
    FormBeingSaved,
    SavedBefore,
    saving_once,
)
from core.text.canonical_json import digest

KEY = "form_key"
SAVED_COOKIE = "ems_saved"
PLUMBING = {"csrfmiddlewaretoken", KEY}
View = Callable[..., HttpResponse]


def saves_once(
    model: type[Model],
    to: Callable[[int], str],
    answer: Callable[[HttpRequest, int], HttpResponse] | None = None,
) -> Callable[[View], View]:
    """Let a form with a key (``{% form_key %}``) make one record, however often it is sent.

    A reload, the way back, a second press: each leads to the record that was made. ``model`` is of
    that record, ``to`` gives its address by its id; ``answer`` is for views that also answer scripts.
    The cookie tells the page that comes next
    which form's kept text is done with (``static/js/forms.js``).
    """

    def wrapped(view: View) -> View:
        @wraps(view)
        def once(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            form = _form_of(request, model)
            if form is None:
                return view(request, *args, **kwargs)
            key = form.key
            try:
                with saving_once(form):
                    found = view(request, *args, **kwargs)
            except SavedBefore as known:
                form.is_kept = True
                found = (
                    answer(request, known.record_id)
                    if answer
                    else _led_there(request, known, to)
                )
            if form.is_kept or isinstance(found, HttpResponseRedirect):
                found.set_cookie(SAVED_COOKIE, key, max_age=600, samesite="Lax")
            return found

        return once

    return wrapped


def _form_of(request: HttpRequest, model: type[Model]) -> FormBeingSaved | None:
    """The sent form, if it carries a key and somebody is logged in."""
    if request.method != "POST" or not isinstance(request.user, User):
        return None
    typed = {
        name: values for name, values in request.POST.lists() if name not in PLUMBING
    }
    fingerprint = digest(typed)
    key = request.POST.get(KEY, "") or _key_of_page(request, fingerprint)
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isalnum()):
        return None
    return FormBeingSaved(request.user, key, fingerprint, model)


def _key_of_page(request: HttpRequest, fingerprint: str) -> str:
    """A form that came without its key: the guard against forgery is another on each page that was
    rendered, so the same content with the same one is the same form."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    return digest([token, request.path, fingerprint]) if token else ""


def _led_there(
    request: HttpRequest, known: SavedBefore, to: Callable[[int], str]
) -> HttpResponse:
    if known.is_same:
        messages.info(request, _("This was saved already; here it is."))
    else:
        sentence = _(
            "This form was saved before. What you changed in it since is not saved; "
            "change it here."
        )
        messages.warning(request, sentence)
    return HttpResponseRedirect(to(known.record_id))
