"""Which way to sign in fits where, and which key is missing for it."""

from typing import Any

import pytest

from auditor.configuration.methods import (
    DYNAMICS,
    EXAMPLES,
    EXCHANGE_SERVER,
    MICROSOFT_365,
    NEEDS,
    check_method,
)
from connectors.sign_in.methods import METHODS


class Noted:
    """Problems as pairs of key and words."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def add(self, key: tuple[str, ...], words: str) -> None:
        self.found.append((".".join(map(str, key)), words))


def problems(allowed: tuple[str, ...] = DYNAMICS, **table: Any) -> list[tuple[str, str]]:
    to = Noted()
    check_method(table, allowed, ("auth",), to)  # type: ignore[arg-type]
    return to.found


def test_every_way_to_sign_in_says_what_it_needs_and_where_it_fits() -> None:
    assert set(NEEDS) == set(METHODS)
    assert {*DYNAMICS, *MICROSOFT_365, *EXCHANGE_SERVER} == set(METHODS)
    needed = {name for each in NEEDS.values() for alternative in each for name in alternative}
    assert needed == set(EXAMPLES)


def test_a_way_that_is_not_known_is_named_with_those_that_are() -> None:
    ((key, words),) = problems(method="client-secert")
    assert key == "auth.method"
    assert "client-secret, certificate" in words
    assert words.endswith("?")
    ((_, words),) = problems(MICROSOFT_365, method="ntlm")
    assert not words.endswith("?")


@pytest.mark.parametrize("method", [None, "", "  ", 7])
def test_a_method_that_is_none_is_told_elsewhere(method: object) -> None:
    assert problems(method=method) == []


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ({"method": "client-secret", "tenant": "t", "client_id": "c"}, ["client_secret"]),
        ({"method": "client-secret"}, ["tenant", "client_id", "client_secret"]),
        (
            {
                "method": "client-secret",
                "tenant": "t",
                "client_id": "c",
                "client_secret": "s",
                "username": "u",
            },
            [],
        ),
        ({"method": "managed-identity"}, []),
        ({"method": "negotiate"}, []),
        ({"method": "negotiate", "username": "u"}, ["password"]),
        ({"method": "negotiate", "password": "p"}, ["username"]),
        ({"method": "ntlm", "username": "u"}, ["password"]),
        ({"method": "adfs", "authority": "a", "client_id": "c", "certificate": "f"}, []),
        ({"method": "adfs", "authority": "a", "client_id": "c"}, ["client_secret"]),
        ({"method": "adfs", "client_id": "c", "client_secret": "s"}, ["authority"]),
    ],
)
def test_the_keys_of_the_nearest_alternative_are_missing(
    table: dict[str, str], missing: list[str]
) -> None:
    found = problems(**table)
    assert [key for key, _ in found] == [f"auth.{name}" for name in missing]
    assert all(EXAMPLES[key.partition(".")[2]] in words for key, words in found)
