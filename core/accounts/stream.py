"""The person behind a stream that is no Django view."""

from http.cookies import CookieError, SimpleCookie

from django.conf import settings

from core.accounts.authentication import MAX_TOKEN, token_in
from core.accounts.queries import user_of_token
from core.accounts.sessions import user_of_session
from core.http.server_sent_events import Scope, header


def user_of(scope: Scope) -> int | None:
    """The person of the token or, without one, of the session; None when neither holds."""
    given = header(scope, b"authorization")
    token = token_in(given)
    if not given:
        user = user_of_session(session_key(scope))
    else:
        user = user_of_token(token) if 0 < len(token) <= MAX_TOKEN else None
    return user.pk if user else None


def session_key(scope: Scope) -> str:
    """The session cookie, or the empty string."""
    try:
        cookies = SimpleCookie(header(scope, b"cookie"))
    except CookieError:
        return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""
