"""Environments of a run share slots by tenant and host, and for the whole run."""

import threading

from connectors.transport.limits import Limits


def test_another_tenant_or_host_has_slots_of_its_own() -> None:
    limits = Limits(whole=10, of_a_host=1)
    with limits.slot("a", "https://graph", 0) as first:
        with limits.slot("a", "https://graph", 0) as same:
            assert same is False
        with limits.slot("b", "https://graph", 0) as tenant, limits.slot("a", "x", 0) as host:
            assert (first, tenant, host) == (True, True, True)
    with limits.slot("a", "https://graph", 0) as again:
        assert again is True


def test_the_whole_run_is_bounded_too() -> None:
    limits = Limits(whole=1, of_a_host=5)
    with limits.slot("a", "x", None), limits.slot("b", "y", 0) as second:
        assert second is False
    # The host's slot that was taken in vain is free again.
    with limits.slot("b", "y", 0) as later:
        assert later is True


def test_who_waits_gets_the_slot_that_comes_free() -> None:
    limits = Limits(whole=1, of_a_host=1)
    got = threading.Event()

    def wait() -> None:
        with limits.slot("a", "x", 20) as has_slot:
            if has_slot:
                got.set()

    with limits.slot("a", "x", None):
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not got.is_set()
    waiting.join(60)
    assert got.is_set()
