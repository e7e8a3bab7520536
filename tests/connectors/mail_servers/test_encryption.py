"""Whether a server accepts suites: proven by a handshake, or by a refusal that means just that."""

import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import certifi
import pytest

from connectors.mail_servers import encryption
from connectors.mail_servers.conversation import Broken
from connectors.mail_servers.encryption import (
    ChainBroken,
    Offered,
    Suites,
    Trust,
    accepts,
    is_no_tls,
    offered,
)

SUITES = Suites(frozenset({"TLS_AES_256_GCM_SHA384"}), "ECDHE-RSA-AES256-GCM-SHA384")
ASKED_1_3 = ("TLS_AES_256_GCM_SHA384", "TLSv1.3", 256)
OTHER_1_3 = ("TLS_CHACHA20_POLY1305_SHA256", "TLSv1.3", 256)
ASKED_1_2 = ("ECDHE-RSA-AES256-GCM-SHA384", "TLSv1.2", 256)


def refused(words: str = "SSLV3_ALERT_HANDSHAKE_FAILURE") -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {words}] (_ssl.c:1)")
    error.reason = words
    return error


NOTHING_SHARED, OTHERWISE = refused(), refused("INTERNAL_ERROR")
BROKEN = Broken("connection-reset", "the connection ended")


class Server:
    """Ends each handshake as told, one after the other."""

    def __init__(self, *ends: object) -> None:
        self._ends = list(ends)

    @contextlib.contextmanager
    def __call__(self) -> Iterator[Any]:
        yield self

    def encrypt(self, context: ssl.SSLContext, host: str) -> "Server":
        if isinstance(self._ends[0], Exception):
            raise self._ends.pop(0)  # type: ignore[misc]
        return self

    def cipher(self) -> object:
        return self._ends.pop(0)


@pytest.mark.parametrize(
    ("ends", "accepted"),
    [
        ((ASKED_1_3,), True),
        ((ASKED_1_2,), True),
        ((OTHER_1_3, ASKED_1_2), True),
        ((NOTHING_SHARED,), False),
        ((OTHERWISE,), None),
        ((BROKEN,), None),
        # It speaks TLS 1.3, so its refusal of TLS 1.2 says nothing of the suites of TLS 1.3.
        ((OTHER_1_3, NOTHING_SHARED), None),
        ((OTHER_1_3, OTHERWISE), None),
        ((OTHER_1_3, OTHER_1_3), None),
        ((None, None), None),
    ],
)
def test_a_handshake_or_a_plain_refusal_decides(ends: tuple[object, ...], accepted: object) -> None:
    assert accepts(Server(*ends), "mail.example", SUITES) is accepted


def test_suites_that_this_computer_does_not_know_leave_it_open() -> None:
    assert accepts(Server(ASKED_1_3), "mail.example", Suites(frozenset(), "NO-SUCH-SUITE")) is None


@pytest.mark.parametrize("best", ["TLSv1.1", "TLSv1", "SSLv3", ""])
def test_an_older_version_is_accepted_by_neither(best: str) -> None:
    assert offered(Server(), "mail.example", best) == Offered(False, True)


@pytest.mark.parametrize(
    ("first", "curves", "whole", "expected"),
    [
        (True, [], None, Offered(True, False)),
        (False, [True], True, Offered(True, False)),
        (False, [False, True], False, Offered(False, False)),
        (None, [False, None, False], None, Offered(None, None)),
        (False, [False, False, False], True, Offered(True, True)),
    ],
)
def test_one_approved_curve_is_enough_and_all_refused_are_needed_for_none(
    monkeypatch: pytest.MonkeyPatch,
    first: bool | None,
    curves: list[bool | None],
    whole: bool | None,
    expected: Offered,
) -> None:
    count = len(encryption.lists().curves)
    of_curves = iter([*curves, *[False] * count])
    dataverse = encryption.lists().dataverse

    def answer(door: object, host: str, suites: Suites, curve: str | None = None) -> bool | None:
        if suites is dataverse:
            return whole if curve is None else first
        return next(of_curves)

    monkeypatch.setattr(encryption, "accepts", answer)
    assert offered(Server(), "mail.example", "TLSv1.3") == expected


@pytest.mark.parametrize(
    ("words", "none"),
    [
        ("WRONG_VERSION_NUMBER", True),
        ("HTTP_REQUEST", True),
        ("PACKET_LENGTH_TOO_LONG", True),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", False),
    ],
)
def test_what_is_no_tls_is_told_by_its_error(words: str, none: bool) -> None:
    assert is_no_tls(refused(words)) is none


def untrusted(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


ISSUER_NOT_SENT, EXPIRED = untrusted(20), untrusted(10)


@pytest.mark.parametrize(
    ("end", "trusted"), [(ASKED_1_2, True), (EXPIRED, False), (OTHERWISE, None), (BROKEN, None)]
)
def test_only_a_certificate_that_was_looked_at_is_trusted_or_not(
    end: object, trusted: bool | None
) -> None:
    trust = Trust(ca_bundle=Path(certifi.where()))
    assert trust.publicly(Server(end), "mail.example") is trusted
    assert trust.by_configuration(Server(end), "mail.example") is trusted


def test_without_a_bundle_the_configuration_trusts_nobody() -> None:
    assert Trust().by_configuration(Server(ASKED_1_2), "mail.example") is False


def test_a_chain_whose_issuer_can_be_fetched_is_decided_by_nobody() -> None:
    with pytest.raises(ChainBroken):
        Trust().publicly(Server(ISSUER_NOT_SENT), "mail.example", says_where_issuer_is=True)
    assert Trust().publicly(Server(ISSUER_NOT_SENT), "mail.example") is False
    assert Trust().publicly(Server(EXPIRED), "mail.example", says_where_issuer_is=True) is False
