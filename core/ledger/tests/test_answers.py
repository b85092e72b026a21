"""The same key is answered once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import RequestKey
from core.ledger.services import StoredAnswer, answer_once, forget_answers

pytestmark = pytest.mark.django_db


class Handler:
    def __init__(self, *, fails: bool = False) -> None:
        self.calls = 0
        self.fails = fails

    def __call__(self) -> StoredAnswer:
        self.calls += 1
        if self.fails:
            raise DomainError("no")
        return StoredAnswer(201, {"Location": "/x"}, b'{"n":%d}' % self.calls)


def ask(
    user: User, handler: Handler, fingerprint: str = "f", key: str = "k"
) -> StoredAnswer:
    """Ask with a key."""
    return answer_once(user=user, key=key, fingerprint=fingerprint, call=handler)


def test_it_replays_the_first_answer(agus: User) -> None:
    handler = Handler()
    first, second = ask(agus, handler), ask(agus, handler)
    assert (handler.calls, first.is_replay, second.is_replay) == (1, False, True)
    assert (second.status, second.headers, second.body) == (
        201,
        {"Location": "/x"},
        b'{"n":1}',
    )


def test_it_keeps_keys_of_people_apart(agus: User, rina: User) -> None:
    handler = Handler()
    ask(agus, handler)
    assert ask(rina, handler).body == b'{"n":2}'


def test_it_refuses_another_request_with_the_same_key(agus: User) -> None:
    ask(agus, Handler())
    with pytest.raises(DomainError) as caught:
        ask(agus, Handler(), fingerprint="other")
    assert caught.value.code == "key_reused"


def test_it_forgets_a_refused_request(agus: User) -> None:
    with pytest.raises(DomainError):
        ask(agus, Handler(fails=True))
    assert ask(agus, Handler()).is_replay is False


def test_it_forgets_after_a_day(agus: User) -> None:
    ask(agus, Handler())
    old = timezone.now() - timedelta(hours=25)
    RequestKey.objects.update(created_at=old)
    assert ask(agus, Handler(), fingerprint="other").is_replay is False
    RequestKey.objects.update(created_at=old)
    assert forget_answers() == 1


@pytest.mark.parametrize("key", ["x" * 201, "a\nb"])
def test_it_refuses_a_key_that_is_none(agus: User, key: str) -> None:
    with pytest.raises(DomainError):
        ask(agus, Handler(), key=key)
