"""From a profile's columns to its two directions: protocol, host, port and what is in force."""

import pytest
from msgspec import UNSET
from msgspec.structs import fields

from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.endpoints import Endpoints
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.profile.connections import Connections, leading
from connectors.normalisation.records import Record, values_of
from connectors.sources.source import SourceState
from rules.email_systems import Product, Protocol
from rules.evidence import Evidence
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.unknown import Unknown
from tests.auditor.rows import profile as row
from tests.connectors.dynamics.readings import READ_AT

SOURCE = "dynamics.emailserverprofiles"
EWS, POP3, IMAP, SMTP = Protocol.EWS, Protocol.POP3, Protocol.IMAP, Protocol.SMTP
ON_SITE = "https://mail.contoso.example/EWS/Exchange.asmx"


def connection(direction="incoming", *, builds=None, providers=None, state=None, **changes):
    """One direction of a profile whose outgoing columns are its own."""
    columns = {"usesamesettingsforoutgoingconnections": False, **changes}
    record = Record(
        SOURCE,
        "profile-1",
        READ_AT,
        values_of(row(**columns)),
        state or SourceState(SOURCE, "read"),
    )
    systems = EmailSystems({}, builds or {}, providers or {}, READ_AT)
    return Connections(record, systems, Endpoints(record)).connection(direction)


def same(found, expected):
    return isinstance(found, Unknown) if expected is Unknown else found == expected


@pytest.mark.parametrize(
    ("kind", "incoming", "outgoing"),
    [
        (0, EWS, EWS),
        (2, EWS, EWS),
        (3, EWS, EWS),
        (1, POP3, SMTP),
        (4, IMAP, SMTP),
        (9, Unknown, Unknown),
        (None, Unknown, Unknown),
        (UNSET, Unknown, Unknown),
    ],
)
def test_the_kind_tells_the_protocol_where_the_location_tells_none(kind, incoming, outgoing):
    nowhere = {"incomingserverlocation": None, "outgoingserverlocation": "mail.contoso.example"}
    for direction, expected in (("incoming", incoming), ("outgoing", outgoing)):
        assert same(connection(direction, servertype=kind, **nowhere).protocol, expected)


@pytest.mark.parametrize(
    ("kind", "direction", "location", "port", "expected"),
    [
        (1, "incoming", ON_SITE, None, EWS),
        (1, "incoming", "HTTP://mail.contoso.example/ews", None, EWS),
        (0, "outgoing", "smtp.contoso.example", None, SMTP),
        (0, "incoming", "pop.contoso.example", None, POP3),
        (0, "incoming", "pop3.contoso.example", None, POP3),
        (1, "incoming", "imap.contoso.example", None, IMAP),
        (1, "incoming", "imaps.contoso.example", None, POP3),
        (0, "incoming", "mail.contoso.example", 995, POP3),
        (0, "incoming", "mail.contoso.example", 143, IMAP),
        (0, "outgoing", "mail.contoso.example", 587, SMTP),
        (0, "outgoing", "mail.contoso.example", 443, EWS),
        (0, "outgoing", "mail.contoso.example", 0, EWS),
        (1, "incoming", "mail.contoso.example", 143, POP3),
        (0, "incoming", UNSET, None, Unknown),
    ],
)
def test_a_location_that_names_another_protocol_is_believed(
    kind, direction, location, port, expected
):
    columns = {f"{direction}serverlocation": location, f"{direction}portnumber": port}
    assert same(connection(direction, servertype=kind, **columns).protocol, expected)


@pytest.mark.parametrize(
    ("location", "column", "auto_discover", "port", "default"),
    [
        (ON_SITE, None, False, None, True),
        (ON_SITE, 0, False, None, True),
        (ON_SITE, 443, False, 443, True),
        (ON_SITE, 444, False, 444, False),
        (ON_SITE, 444, True, None, True),
        (ON_SITE, 444, None, Unknown, Unknown),
        (ON_SITE, 0, None, None, True),
        (ON_SITE, UNSET, False, Unknown, Unknown),
        (ON_SITE, UNSET, True, None, True),
        ("https://mail.contoso.example:8443/ews", None, True, 8443, False),
        ("https://mail.contoso.example:8443/ews", 443, False, 8443, False),
        ("https://mail.contoso.example:443/ews", 8443, False, 443, True),
        ("mail.contoso.example:8443", None, False, 8443, False),
        ("https://mail.contoso.example:99999/ews", None, False, Unknown, Unknown),
        (None, 444, False, 444, False),
        (UNSET, 443, False, Unknown, Unknown),
    ],
)
def test_a_port_in_the_location_counts_always_and_the_column_off_auto_discover(
    location, column, auto_discover, port, default
):
    found = connection(
        incomingserverlocation=location, incomingportnumber=column, useautodiscover=auto_discover
    )
    assert same(found.port, port)
    assert same(found.uses_default_port, default)


@pytest.mark.parametrize(
    ("kind", "direction", "port", "default"),
    [
        (1, "incoming", 110, True),
        (1, "incoming", 995, True),
        (1, "incoming", 143, False),
        (4, "incoming", 993, True),
        (4, "incoming", 995, False),
        (1, "outgoing", 25, True),
        (1, "outgoing", 465, True),
        (1, "outgoing", 587, True),
        (1, "outgoing", 2525, False),
        (None, "incoming", 995, Unknown),
    ],
)
def test_the_default_ports_are_those_of_the_protocol(kind, direction, port, default):
    columns = {f"{direction}serverlocation": "m.contoso.example", f"{direction}portnumber": port}
    assert same(connection(direction, servertype=kind, **columns).uses_default_port, default)


@pytest.mark.parametrize(
    ("location", "host"),
    [
        (ON_SITE, "mail.contoso.example"),
        ("https://MAIL.Contoso.Example/ews", "mail.contoso.example"),
        ("  mail.contoso.example  ", "mail.contoso.example"),
        ("mail.contoso.example:995", "mail.contoso.example"),
        ("https://user@mail.contoso.example/", "mail.contoso.example"),
        ("https://[2001:db8::1]:443/ews", "2001:db8::1"),
        ("https://[broken", "https://[broken"),
        ("", None),
        ("   ", None),
        (None, None),
        (UNSET, Unknown),
    ],
)
def test_the_host_is_what_the_location_names(location, host):
    found = connection(incomingserverlocation=location)
    assert same(found.host, host)
    assert same(found.location, location.strip() or None if isinstance(location, str) else host)


def test_encryption_is_as_the_column_says_unless_the_location_is_plain():
    assert connection(incomingusessl=True).encrypted is True
    assert connection(incomingusessl=False).encrypted is False
    assert isinstance(connection(incomingusessl=None).encrypted, Unknown)
    plain = "http://mail.contoso.example/ews"
    assert connection(incomingusessl=True, incomingserverlocation=plain).encrypted is False


@pytest.mark.parametrize(
    ("location", "column", "expected"),
    [
        ("mail.contoso.example:8443", None, Unknown),
        ("mail.contoso.example", 4443, Unknown),
        ("mail.contoso.example", 443, Protocol.EWS),
        ("mail.contoso.example", None, Protocol.EWS),
        ("https://mail.contoso.example:8443/EWS/Exchange.asmx", None, Protocol.EWS),
    ],
)
def test_a_bare_host_at_an_odd_port_speaks_what_nobody_knows(location, column, expected):
    found = connection(
        incomingserverlocation=location, incomingportnumber=column, useautodiscover=False
    )
    assert same(found.protocol, expected)
    if expected is Unknown:
        assert "https://HOST/EWS/Exchange.asmx" in found.protocol.remedy


OUTGOING = {
    "outgoingserverlocation": "https://other.contoso.example:8443/ews",
    "outgoingportnumber": 8443,
    "outgoingusessl": False,
    "outgoingauthenticationprotocol": 3,
    "outgoingcredentialretrieval": 0,
    "outgoinguseimpersonation": False,
    "isoutgoingpasswordset": False,
}


def test_each_direction_has_columns_of_its_own():
    found = connection("outgoing", **OUTGOING)
    assert (found.host, found.port, found.encrypted) == ("other.contoso.example", 8443, False)
    assert found.authentication is AuthenticationProtocol.BASIC
    assert found.credential_retrieval is CredentialRetrieval.USER_OR_QUEUE
    assert (found.impersonates, found.password_set) == (False, False)
    assert connection(**OUTGOING).host == "mail.contoso.example"


def test_with_the_same_settings_outgoing_reads_as_incoming_does():
    alike = {**OUTGOING, "usesamesettingsforoutgoingconnections": True}
    incoming, outgoing = connection(**alike), connection("outgoing", **alike)
    assert outgoing.direction == "outgoing"
    for field in fields(incoming):
        if field.name not in ("direction", "origins"):
            assert getattr(outgoing, field.name) == getattr(incoming, field.name), field.name
    told = {each.field for each in outgoing.evidence("credential_retrieval")}
    assert told == {"incomingcredentialretrieval", "usesamesettingsforoutgoingconnections"}


def test_with_the_same_settings_the_protocol_of_the_kind_stays_that_of_outgoing_email():
    alike = {"servertype": 1, "usesamesettingsforoutgoingconnections": True}
    here = {"incomingserverlocation": "pop.contoso.example"}
    assert connection("outgoing", **alike, **here).protocol is SMTP


@pytest.mark.parametrize("answer", [None, UNSET])
def test_without_knowing_whether_settings_are_the_same_all_of_outgoing_is_open(answer):
    found = connection("outgoing", usesamesettingsforoutgoingconnections=answer)
    for field in fields(found):
        if field.name not in ("direction", "origins"):
            assert isinstance(getattr(found, field.name), Unknown), field.name
            assert found.evidence(field.name), field.name
    assert connection(usesamesettingsforoutgoingconnections=answer).host == "mail.contoso.example"


@pytest.mark.parametrize(
    ("column", "name", "values"),
    [
        (
            "incomingauthenticationprotocol",
            "authentication",
            [(2, AuthenticationProtocol.NTLM), (None, None), (77, Unknown), (UNSET, Unknown)],
        ),
        (
            "incomingcredentialretrieval",
            "credential_retrieval",
            [(7, CredentialRetrieval.ENTRA_OAUTH), (None, Unknown), (8, Unknown), (UNSET, Unknown)],
        ),
        (
            "incominguseimpersonation",
            "impersonates",
            [(True, True), (False, False), (None, Unknown), (UNSET, Unknown)],
        ),
        (
            "isincomingpasswordset",
            "password_set",
            [(True, True), (False, False), (None, Unknown), (UNSET, Unknown)],
        ),
    ],
)
def test_each_setting_is_as_its_column_says(column, name, values):
    for value, expected in values:
        assert same(getattr(connection(**{column: value}), name), expected), value


def test_what_column_security_may_hide_is_no_default():
    state = SourceState(SOURCE, "read", secured=("incomingserverlocation", "incomingportnumber"))
    hidden = connection(state=state, incomingserverlocation=None)
    for name in ("location", "host", "protocol", "port", "product"):
        assert isinstance(getattr(hidden, name), Unknown), name
    assert isinstance(connection(state=state, incomingportnumber=None).port, Unknown)


def test_the_system_behind_a_host_is_that_of_its_declared_build():
    found = connection(builds={"MAIL.contoso.example": "15.1.2507.6"})
    assert (found.product, found.build) == (Product.EXCHANGE_2016, (15, 1, 2507, 6))
    assert isinstance(connection().product, Unknown), "the version hint of the profile is no proof"


def test_only_a_direction_that_names_no_host_follows_auto_discover_to_exchange_online():
    told = (Evidence("dynamics.organization_detail", "o-1", "TenantId", "t-1"),)
    nameless = leading(connection(incomingserverlocation=None), Established(True, told))
    assert nameless.reaches_exchange_online is True
    assert nameless.evidence("reaches_exchange_online")[-1:] == told
    assert (nameless.product, nameless.build) == (Product.EXCHANGE_ONLINE, None)
    assert nameless.evidence("product")[-1:] == nameless.evidence("build")[-1:] == told
    for own in (connection(), connection(incomingserverlocation=UNSET)):
        for leads in (True, False):
            found = leading(own, Established(leads, told))
            assert found.reaches_exchange_online is leads
            assert (found.product, found.build) == (own.product, own.build)


@pytest.mark.parametrize(
    ("host", "product"),
    [
        ("contoso-com.mail.protection.outlook.com", Product.EXCHANGE_ONLINE),
        ("contoso-com.a-v1.mx.microsoft", Product.EXCHANGE_ONLINE),
        ("aspmx.l.google.com", Product.GMAIL),
    ],
)
def test_an_exchanger_of_a_provider_that_email_is_sent_by_tells_it(host, product):
    found = connection("outgoing", servertype=1, outgoingserverlocation=host)
    assert found.product is product


def test_what_answers_at_an_odd_port_of_a_bare_host_is_not_known():
    bare = {"incomingserverlocation": "mail.contoso.example", "useautodiscover": False}
    assert isinstance(connection(**bare, incomingportnumber=8443).protocol, Unknown)
    assert connection(**bare, incomingportnumber=443).protocol is EWS


@pytest.mark.parametrize(
    ("user", "is_principal"),
    [
        ("audit@contoso.example", True),
        ("user@domain", True),
        ("CONTOSO\\audit", False),
        ("another form", False),
        ("", None),
        (None, None),
        (UNSET, Unknown),
    ],
)
def test_a_user_name_is_of_the_form_of_a_principal_or_another(user, is_principal):
    found = connection(incomingusername=user).user_name_is_principal
    assert isinstance(found, Unknown) if is_principal is Unknown else found is is_principal
