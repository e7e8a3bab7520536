"""Single pseudonyms keep their shape, and are the same whenever the text is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.pseudonyms.pseudonyms import Pseudonyms

KEY = b"k" * 32


@pytest.fixture
def made():
    return Pseudonyms(KEY)


def test_a_subdomain_stays_one_of_its_domain(made):
    domain = made.host("contoso.example")
    assert made.host("mail.Contoso.Example").endswith(f".{domain}")
    assert domain.endswith(".example")
    assert "contoso" not in domain


def test_an_address_stays_one_of_its_domain_whatever_its_case(made):
    address = made.address("SMTP:Anna.Pending@Contoso.example ")
    assert address == f"SMTP:{made.address('anna.pending@contoso.example')} "
    assert address.strip().endswith(f"@{made.host('contoso.example')}")


@pytest.mark.parametrize(
    "host", ["outlook.office365.com", "smtp.gmail.com", "gmail.com", "smtp.mail.yahoo.com"]
)
def test_hosts_that_name_no_tenant_stay(made, host):
    assert made.host(host) == host


@pytest.mark.parametrize(
    ("host", "end"),
    [
        ("contoso-com.mail.protection.outlook.com", ".mail.protection.outlook.com"),
        ("contoso.onmicrosoft.com", ".onmicrosoft.com"),
        ("contoso.crm4.dynamics.com", ".dynamics.com"),
    ],
)
def test_of_a_host_below_a_provider_the_tenants_part_is_hidden(made, host, end):
    assert made.host(host).endswith(end)
    assert "contoso" not in made.host(host)


def test_both_spellings_of_a_domain_have_one_pseudonym(made):
    assert made.host("MÜNCHEN.example") == made.host("xn--mnchen-3ya.example")


def test_two_domains_of_which_one_has_a_sharp_s_have_two_pseudonyms(made):
    assert made.host("straße.example") != made.host("strasse.example")


def test_a_location_keeps_scheme_port_and_the_path_of_exchange(made):
    host = made.host("mail.contoso.example")
    url = "https://mail.contoso.example:8443/EWS/Exchange.asmx"
    assert made.location(url) == f"https://{host}:8443/EWS/Exchange.asmx"
    assert "Contoso" not in made.location("https://crm.contoso.example/Contoso")
    assert made.location("mail.contoso.example:995") == f"{host}:995"


def test_ids_of_microsofts_own_applications_stay(made):
    dynamics = "00000007-0000-0000-c000-000000000000"
    own = "1F2E3D4C-0000-4000-8000-000000000001"
    assert made.guid(dynamics) == dynamics
    assert made.guid(own) == made.guid(f"{{{own.lower()}}}") != own.lower()


def test_a_sentence_loses_what_names_somebody_and_keeps_the_rest(made):
    name = made.name("Anna Pending")
    said = (
        "anna pending (anna@contoso.example) of dynamics.mailboxes at mail.contoso.example"
        " answered CONTOSO\\svc-audit 401; see https://learn.microsoft.com/x, auditor.toml."
    )
    shown = made.sentence(said)
    assert shown.startswith(f"{name} (person-")
    assert "of dynamics.mailboxes at" in shown
    assert "learn.microsoft.com" in shown
    assert "auditor.toml" in shown
    assert not [each for each in ("contoso", "anna", "svc-audit") if each in shown.lower()]


@pytest.mark.parametrize("address", ["10.1.2.3", "203.0.113.9", "fd12:3456::1", "::ffff:10.1.2.3"])
@pytest.mark.parametrize(
    "sentence",
    ["mx leads to {}, so nothing was sent.", "{}", "[{}]:25: no", "({}) It was {}.", "at {}."],
)
def test_an_address_of_the_network_in_a_sentence_is_hidden(made, address, sentence):
    assert made.sentence(sentence.format(address, address)) == sentence.format(
        made.host(address), made.host(address)
    )


def test_an_address_of_the_network_after_a_colon_is_hidden(made):
    hidden = made.host("10.1.2.3")
    assert made.sentence("tcp:10.1.2.3:25, ip4:10.1.2.3") == f"tcp:{hidden}:25, ip4:{hidden}"


@pytest.mark.parametrize(
    "text", ["15.2.1544.4", "9.2.24113.211", "12:34:56", "1.2.3.4.5", "a::b::c"]
)
def test_a_version_or_a_time_is_no_address_of_the_network(made, text):
    assert made.sentence(text) == text


@pytest.mark.parametrize("piece", ["a", "a.", "1.", "a+", "-", "\\", "eyJ.", "a:"])
def test_a_long_text_takes_no_longer_than_it_is(made, piece):
    # Where each place is a beginning that is looked at up to the end, this ends after hours.
    long = piece * 200_000
    assert made.sentence(f"{long} of anna@contoso.example").endswith(
        f" of {made.address('anna@contoso.example')}"
    )


def test_a_host_without_a_domain_is_hidden_in_sentences_too(made):
    hidden = made.host("EX01")
    assert made.sentence("ex01:25: nothing answers") == f"{hidden}:25: nothing answers"


@pytest.mark.parametrize(
    "said",
    [
        "{}: the server answered 503",
        "{}:443: no answer in time",
        "{}/EWS/Exchange.asmx: the connection was cut",
        "It ({}) continued at {}, and at {}.",
    ],
)
def test_an_address_of_a_server_in_a_sentence_ends_where_the_sentence_goes_on(made, said):
    server = "https://mail.contoso.example"
    hidden = made.location(server)
    assert made.sentence(said.replace("{}", server)) == said.replace("{}", hidden)


@pytest.mark.parametrize("before", ["*.", "below .", "(*.", "'*."])
def test_a_domain_of_which_any_host_is_meant_is_hidden_in_sentences(made, before):
    said = f"its certificate is for {before}contoso.example alone"
    assert made.sentence(said) == said.replace("contoso.example", made.host("contoso.example"))


def test_the_host_of_a_service_principal_name_is_hidden_in_sentences(made):
    said = "`setspn -Q HTTP/crm.contoso.example` shows whether HTTP/1.1 is known"
    assert made.sentence(said) == said.replace(
        "crm.contoso.example", made.host("crm.contoso.example")
    )


def test_a_host_that_is_called_like_a_product_hides_no_word_of_sentences(made):
    said = "Exchange Online and Microsoft Graph refuse"
    assert made.host("exchange") != "exchange"
    made.location("Graph:443")
    assert made.sentence(said) == said


def test_the_users_of_dynamics_itself_keep_their_names(made):
    assert made.name("SYSTEM") == "SYSTEM"


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_texts_never_share_a_pseudonym_and_each_is_given_back(one, other):
    made = Pseudonyms(KEY)
    first, second = made.name(one), made.name(other)
    assert (first == second) == (one.strip() == other.strip() or first == second == one)
    for text, pseudonym in ((one, first), (other, second)):
        if text.strip() and text not in ("SYSTEM", "INTEGRATION"):
            assert made.originals[pseudonym] == text.strip()


@given(st.text())
def test_whatever_a_column_holds_has_a_pseudonym(text):
    made = Pseudonyms(KEY)
    for change in (made.name, made.guid, made.address, made.host, made.location, made.sentence):
        assert isinstance(change(text), str)
