"""A wrong secret is tried once, however many environments have it at the same time."""

import threading

import pytest

from connectors.transport import refusals as module
from connectors.transport.refusals import Refusals

SECRET = ("https://mail.contoso.example", "svc", "s3cret")


def test_what_is_remembered_is_one_secret_of_one_name_at_one_place() -> None:
    refusals = Refusals()
    refusals.remember(*SECRET, "wrong")
    place, name, secret = SECRET
    assert refusals.reason(place, name.upper(), secret) == "wrong"
    assert refusals.reason(place, name, "corrected") is None
    assert refusals.reason("https://other.example", name, secret) is None
    assert "s3cret" not in repr(vars(refusals))


def test_a_wrong_one_is_tried_once_by_all_together() -> None:
    refusals = Refusals()
    together = threading.Barrier(8, timeout=60)
    tries: list[None] = []

    def sign_in() -> None:
        together.wait()
        with refusals.one_at_a_time(*SECRET):
            if refusals.reason(*SECRET) is None:
                tries.append(None)
                refusals.remember(*SECRET, "wrong")

    threads = [threading.Thread(target=sign_in) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(tries) == 1


def test_once_it_was_taken_nobody_waits() -> None:
    refusals = Refusals()
    refusals.take(*SECRET)
    with refusals.one_at_a_time(*SECRET), refusals.one_at_a_time(*SECRET):
        pass
    with refusals.one_at_a_time("https://other.example", *SECRET[1:]):
        refusals.take("https://other.example", *SECRET[1:])


def test_who_waited_while_it_was_taken_goes_on_beside_others() -> None:
    refusals = Refusals()
    both = threading.Barrier(2, timeout=60)

    def sign_in() -> None:
        with refusals.one_at_a_time(*SECRET):
            both.wait()

    with refusals.one_at_a_time(*SECRET):
        threads = [threading.Thread(target=sign_in) for _ in range(2)]
        for each in threads:
            each.start()
        refusals.take(*SECRET)
    for each in threads:
        each.join()


def test_a_server_that_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE_S", 0.01)
    refusals = Refusals()
    with refusals.one_at_a_time(*SECRET), refusals.one_at_a_time(*SECRET):
        pass
    monkeypatch.setattr(module, "_PATIENCE_S", 60)
    with refusals.one_at_a_time(*SECRET):
        pass
