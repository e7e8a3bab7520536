"""Pseudonyms for whole organisations: none of the tenant's strings is left, no verdict changes."""

import base64
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import asdict, replace

from auditor.audit import audit
from auditor.model import Audit
from auditor.pseudonyms.columns import COLUMNS, greeting, nested, renamed
from auditor.pseudonyms.pseudonyms import Pseudonyms
from auditor.pseudonyms.request import redacted
from auditor.pseudonyms.source import Redacted
from auditor.reports import formats, writer
from connectors.dynamics.tables import mailboxes
from connectors.dynamics.tables.emailserverprofiles import PRINCIPAL
from connectors.graph import organization
from connectors.known_systems import known_systems
from connectors.mail_servers.rows import ProbeRow
from connectors.normalisation.mail_servers.recognition import (
    greets_as_exchange,
    is_exchange_cloud,
    recognised,
)
from connectors.sources.catalogue import readers
from tests.auditor.random_organisations import Made, made
from tests.auditor.recorded import READ_AT, Recorded

KEY = b"k" * 32
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def texts(type_: object) -> bool:
    return "str" in str(type_) or "Credential" in str(type_) or "dict" in str(type_)


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.source)
def test_every_column_of_text_says_what_it_holds(reader):
    fields = msgspec.structs.fields(reader.row)
    assert set(COLUMNS[reader.source]) == {each.encode_name for each in fields if texts(each.type)}


@lru_cache(maxsize=1)
def plain(seed: int) -> tuple[Made, Audit]:
    """An organisation made by chance, audited as it is."""
    organisation = made(seed)
    return organisation, audit(organisation.request, organisation.outside, lambda: READ_AT)


def secret(seed: int, key: bytes = KEY) -> Audit:
    """The same with pseudonyms."""
    organisation, found = plain(seed)
    pseudonyms = Pseudonyms(key)
    source = Redacted(organisation.outside, pseudonyms)
    asked = redacted(organisation.request, found, pseudonyms)
    source.learn()
    return audit(asked, source, lambda: READ_AT)


def counts(found: Audit) -> dict[str, Any]:
    return {each.rule.id: asdict(each.counts) for each in found.rules}


@few
@given(st.integers(0, 2**32))
@example(11450)
def test_pseudonyms_change_no_verdict(seed):
    _, found = plain(seed)
    hidden = secret(seed)
    assert counts(hidden) == counts(found)
    assert hidden.summary.standing == found.summary.standing
    assert hidden.complete == found.complete


IDENTIFYING = re.compile(
    r"[^\s@:]+@[^\s@]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[\w.-]+\.(?:example|test|invalid|local)"
)


def strings(outside: Recorded) -> Iterator[str]:
    """The addresses, hosts and ids that the records hold, without looking at what columns are."""
    for told in outside.told.values():
        for row in told.rows:
            for value in asdict(row).values():
                if value is not UNSET and value is not None:
                    yield from IDENTIFYING.findall(str(value).lower())


PUBLISHED = re.compile(r"0000000[0-9a-f]-0000-0[0-9a-f]{3}-[ce]e?[0-9a-f]{3}-000000000000")


@few
@given(st.integers(0, 2**32))
def test_no_format_holds_a_string_of_the_tenant(seed):
    outside, found = plain(seed)[0].outside, secret(seed)
    plans = str(outside.told["graph.users"].rows) if "graph.users" in outside.told else ""
    hidden = {
        each
        for each in strings(outside)
        if each != PRINCIPAL
        and not PUBLISHED.fullmatch(each)
        and f"'servicePlanId': '{each}'" not in plans
    }
    for format in formats():
        out = io.BytesIO()
        writer(format).write(found, out, exit_code=1)
        written = out.getvalue().decode("utf-8").lower()
        assert [each for each in hidden if each in written] == [], format


@few
@given(st.integers(0, 2**32))
def test_the_same_key_gives_the_same_findings_and_another_key_others(seed):
    first, again, other = (secret(seed, key) for key in (KEY, KEY, b"o" * 32))
    prints = [[each.fingerprint for each in of.findings()] for of in (first, again, other)]
    assert prints[0] == prints[1]
    assert not set(prints[0]) & set(prints[2])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("220 mx.contoso.example ESMTP Postfix (Contoso GmbH)", "Postfix"),
        ("+OK Dovecot of Contoso ready.", "Dovecot"),
        ("220 CONTOSO-MX1 ESMTP Postfix", "Postfix"),
        ("220-contosomx.corp Contoso GmbH ESMTP Exim 4.96", "Exim"),
        ("220 CONTOSO01 Contoso GmbH Microsoft ESMTP MAIL Service", "Microsoft ESMTP MAIL Service"),
        ("* OK [CAPABILITY IMAP4rev1] Bank of Contoso Dovecot ready.", "Dovecot"),
        ("* OK Welcome to Contoso", "* OK"),
        ("whatever Contoso says", ""),
    ],
)
def test_of_a_greeting_stays_what_gives_the_product_away(said, left):
    shown = greeting(Pseudonyms(KEY), said)
    assert left in shown
    assert "contoso" not in shown.lower()


@pytest.mark.parametrize(
    "said",
    [
        "220 mx.contoso.example ESMTP Postfix",
        "220 MX1 ESMTP Postfix",
        "220-MX1 ESMTP Exim 4.96",
        "220 postfix",
        "220 postfix ready",
        "220 postfix.contoso.example ESMTP ready",
        "+OK Dovecot ready.",
        "* OK dovecot.contoso.example ready",
        "* OK [CAPABILITY IMAP4rev1] Dovecot ready.",
        "+OK Gpop ready for requests",
        "220 smtp.gmail.com ESMTP abc",
        "220 smtp.mail.yahoo.com ESMTP ready",
        "220 EX01 Microsoft ESMTP MAIL Service ready",
        "220 Microsoft ESMTP MAIL Service",
        *(
            f"220 AM01{cloud} Microsoft ESMTP MAIL Service"
            for cloud in known_systems().exchange_clouds
        ),
        "* OK The Microsoft Exchange IMAP4 service is ready.",
        "* PREAUTH Dovecot",
        "no greeting",
    ],
)
def test_a_greeting_tells_of_the_same_product_as_its_pseudonym(said):
    row = ProbeRow(
        id="a:25", host="a", port=25, protocol="smtp", resolution="found", understood=True
    )
    known = known_systems()
    own, hidden = (replace(row, greeting=each) for each in (said, greeting(Pseudonyms(KEY), said)))
    assert recognised(own, known) == recognised(hidden, known)
    assert greets_as_exchange(own, known) == greets_as_exchange(hidden, known)
    assert is_exchange_cloud(own.greeting, known) == is_exchange_cloud(hidden.greeting, known)


@pytest.mark.parametrize(
    ("called", "said"),
    [
        ("Postfix", "220 mx.contoso.example ESMTP Postfix"),
        ("Microsoft", "220 mx.contoso.example Microsoft ESMTP MAIL Service ready"),
        ("Exchange", "* OK The Microsoft Exchange IMAP4 service is ready."),
        ("Gpop", "+OK Gpop ready for requests"),
    ],
)
def test_a_product_is_told_though_somebody_is_called_like_it(called, said):
    pseudonyms = Pseudonyms(KEY)
    pseudonyms.name(called)
    assert greeting(pseudonyms, said) == greeting(Pseudonyms(KEY), said)


@pytest.mark.parametrize(
    "said", ["220 Microsoft ESMTP MAIL Service ready", "220 ESMTP Postfix", "220 SMTP Exim"]
)
def test_the_words_of_a_greeting_without_a_host_stay_in_sentences(said):
    pseudonyms = Pseudonyms(KEY)
    assert greeting(pseudonyms, said) == said.removesuffix(" ready")
    told = "Microsoft Graph, ESMTP and SMTP"
    assert pseudonyms.sentence(told) == told


POP3_OF_EXCHANGE = "+OK The Microsoft Exchange POP3 service is ready"


def in_bracket(host: str) -> str:
    return f"[{base64.b64encode(host.encode('utf-16-le')).decode()}]"


def test_of_a_greeting_stays_the_host_of_the_cloud_that_it_names_in_base64():
    bracket = in_bracket("HE1PR01CA0007.eurprd01.prod.exchangelabs.com")
    shown = greeting(Pseudonyms(KEY), f"{POP3_OF_EXCHANGE}. {bracket}")
    assert shown == f"{POP3_OF_EXCHANGE} {bracket}"


@pytest.mark.parametrize("bracket", [in_bracket("mail.contoso.example"), "[Contoso1]", "[Q29udG9]"])
def test_of_a_greeting_stays_no_other_bracket(bracket):
    assert greeting(Pseudonyms(KEY), f"{POP3_OF_EXCHANGE}. {bracket}") == POP3_OF_EXCHANGE


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-23T03:00:00Z", "All", "Office365"])
def test_within_a_nested_value_stay_times_and_words_of_the_interface(text):
    assert nested(Pseudonyms(KEY), text) == text


@pytest.mark.parametrize(
    "text",
    ["anna@contoso.example", "Anna of Contoso", "2026-11-23 Contoso", "Contoso", "contoso"],
)
def test_within_a_nested_value_stays_nothing_else(text):
    assert "contoso" not in nested(Pseudonyms(KEY), text).lower()


def test_of_a_row_every_text_that_is_there_is_changed_and_nothing_else():
    row = mailboxes.READER.row(
        "6f1d2c3b-0000-4000-8000-000000000001", name="Anna", emailaddress=None, statecode=1
    )
    changed = renamed(mailboxes.READER, Pseudonyms(KEY))(row)
    assert not {row.mailboxid, "Anna"} & {changed.mailboxid, changed.name}
    assert changed.emailaddress is None
    assert changed.ewsurl is UNSET
    assert changed.statecode == 1


def test_texts_are_changed_however_deep_they_stand():
    row = organization.READER.row("t-1", verifiedDomains=[{"name": "contoso.example"}])
    changed = renamed(organization.READER, Pseudonyms(KEY))(row)
    ((domain,),) = [each.values() for each in changed.verifiedDomains]
    assert domain.endswith(".example")
    assert "contoso" not in domain
