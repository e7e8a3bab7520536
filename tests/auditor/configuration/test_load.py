"""Each mistake in a configuration gets one line: file, line, key, and what to write instead."""

from datetime import date
from pathlib import Path

import pytest

from auditor.configuration import Configuration, ConfigurationError, load
from rules.thresholds import Threshold

CONTOSO = """\
[environments.contoso]
url = "https://contoso.crm.dynamics.com"
[environments.contoso.auth]
method = "client-secret"
tenant = "contoso.onmicrosoft.com"
client_id = "a1"
client_secret = "env:CONTOSO_SECRET"
"""
RULES = ("duplicate-address", "impersonation-with-exchange-online")
THRESHOLDS = {
    "synchronization_stale_warning": Threshold("synchronization_stale_warning", 3600, "age"),
    "alerts": Threshold("alerts", 5, "count", "number"),
}


def loaded(tmp_path: Path, text: str) -> Configuration:
    path = tmp_path / "auditor.toml"
    path.write_text(text, encoding="utf-8")
    formats = ("html", "json")
    return load(path, rule_ids=RULES, thresholds=THRESHOLDS, formats=formats)


def refusals(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        loaded(tmp_path, text)
    lines = str(refused.value).splitlines()
    assert len(lines) == len(refused.value.problems)
    return [line.replace(f"{tmp_path}/", "") for line in lines]


def test_the_smallest_configuration_is_an_address_and_a_way_to_sign_in(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, CONTOSO)
    environment = configuration.environments["contoso"]
    assert environment.name == "contoso"
    assert environment.url == "https://contoso.crm.dynamics.com"
    assert environment.auth.client_secret == "env:CONTOSO_SECRET"
    assert environment.exchange_online is None
    assert environment.declared.fips_140_2 is None
    assert environment.declared.fips_compliant_mail_servers is None
    assert configuration.directory == tmp_path


def test_every_section_is_read(tmp_path: Path) -> None:
    configuration = loaded(
        tmp_path,
        CONTOSO
        + """
[environments.contoso.exchange_online]
cmdlets = true
[environments.contoso.graph]
[environments.contoso.exchange_server]
url = "https://mail.contoso.com/EWS/Exchange.asmx"
hosts = ["Mail.contoso.com:443", "[2001:db8::1]:443"]
[environments.contoso.exchange_server.auth]
method = "ntlm"
username = "CONTOSO\\\\svc-audit"
password = "env:CONTOSO_EWS"
[environments.contoso.mail_servers]
[environments.contoso.declared]
fips_140_2 = false
fips_compliant_mail_servers = ["Mail.Contoso.com"]
exchange_builds = { "Mail.contoso.com" = "15.2.1544.4" }
providers = { "pop.messe.example" = "Gmail" }
[tls]
ca_bundle = "file:corporate-ca.pem"
[network]
proxy = "http://proxy.contoso.com:8080"
[thresholds]
synchronization_stale_warning = "1h30m"
alerts = 7
[dns]
servers = ["192.0.2.53", "127.0.0.1:5353"]
[history]
url = "postgresql+psycopg://auditor@db.contoso.com/auditor"
[notify]
urls = ["env:AUDITOR_NOTIFY"]
[report]
formats = ["html", "json"]
[[waivers]]
rule = "impersonation-with-exchange-online"
environment = "contoso"
subject = "profile:Sales*"
reason = "CHG-1234"
until = 2027-03-31
""",
    )
    contoso = configuration.environments["contoso"]
    assert contoso.exchange_online is not None
    assert contoso.exchange_online.cmdlets
    assert contoso.exchange_online.url is None
    assert contoso.graph is not None
    assert contoso.exchange_server is not None
    assert contoso.exchange_server.hosts == ("mail.contoso.com:443", "[2001:db8::1]:443")
    assert contoso.exchange_server.auth is not None
    assert contoso.exchange_server.auth.username == "CONTOSO\\svc-audit"
    assert contoso.mail_servers is not None
    assert (contoso.mail_servers.probe, contoso.mail_servers.private) == (True, False)
    assert contoso.declared.fips_compliant_mail_servers == ("mail.contoso.com",)
    assert contoso.declared.exchange_builds == {"mail.contoso.com": "15.2.1544.4"}
    assert contoso.declared.fips_140_2 is False
    assert configuration.ca_bundle == tmp_path / "corporate-ca.pem"
    assert configuration.thresholds == {"synchronization_stale_warning": 5400, "alerts": 7}
    assert configuration.dns.servers == ("192.0.2.53", "127.0.0.1:5353")
    assert configuration.notify is not None
    assert configuration.notify.on == "change"
    assert configuration.report is not None
    assert configuration.report.directory == "reports"
    (waiver,) = configuration.waivers
    assert waiver.until == date(2027, 3, 31)


def test_environments_inherit_the_default_sign_in_key_by_key(tmp_path: Path) -> None:
    configuration = loaded(
        tmp_path,
        """
[defaults.auth]
method = "client-secret"
tenant = "contoso.onmicrosoft.com"
client_id = "shared"
client_secret = "env:SHARED"
[environments.first]
url = "https://first.crm.dynamics.com"
[environments.second]
url = "https://second.crm.dynamics.com"
auth.client_id = "own"
""",
    )
    first, second = configuration.environments.values()
    assert (first.auth.client_id, second.auth.client_id) == ("shared", "own")
    assert first.auth.client_secret == second.auth.client_secret == "env:SHARED"


def test_a_mistake_in_the_defaults_is_told_once_and_where_it_stands(tmp_path: Path) -> None:
    text = """\
[defaults.auth]
method = "managed-identity"
client_secret = "hunter2"
[environments.first]
url = "https://first.crm.dynamics.com"
[environments.second]
url = "https://second.crm.dynamics.com"
"""
    assert refusals(tmp_path, text) == [
        "auditor.toml:3: defaults.auth.client_secret: is not a reference to a secret;"
        " write env:NAME, file:PATH or keyring:SERVICE/NAME"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "declarde = 1", "environments.contoso.auth.declarde: is not a key", id="unknown key"
        ),
        pytest.param("usernam = 'x'", "did you mean username?", id="misspelt key"),
        pytest.param(
            "certificate = 7", 'must be a text in quotes, "…"; here it is a number', id="type"
        ),
        pytest.param("authority = 'http://sts.contoso.com'", "not an https address", id="http"),
        pytest.param("authority = 'https://a:b@sts'", "has a user name or password", id="userinfo"),
        pytest.param("certificate = 'MIIB'", "write env:NAME, file:PATH or keyring", id="bare"),
    ],
)
def test_a_mistake_names_file_line_key_and_cure(tmp_path: Path, text: str, expected: str) -> None:
    (refusal,) = refusals(tmp_path, CONTOSO + text + "\n")
    assert expected in refusal
    assert refusal.startswith("auditor.toml:8: environments.contoso.auth.")


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ('"env:CONTOSO_SECRET"', '"hunter2"', "7: environments.contoso.auth.client_secret: is not"),
        (
            '"https://contoso.crm',
            '"http://contoso.crm',
            "2: environments.contoso.url: is not an https",
        ),
        ('dynamics.com"', 'dynamics.com/a/b"', "2: environments.contoso.url: goes on past"),
        ('dynamics.com"', 'dynamics.com/main.aspx"', "goes on past the organisation"),
        ('dynamics.com"', 'dynamics.com?x=1"', "has a query or fragment"),
        ('dynamics.com"', 'dynamics.com:99999"', "is not an https address"),
        ('"client-secret"', '"client-secrt"', "4: environments.contoso.auth.method: is not a way"),
        ('"client-secret"', '"client-secrt"', "did you mean client-secret?"),
        ('"client-secret"', '"basic"', "is not a way to sign in here"),
        ('client_id = "a1"', "", "environments.contoso.auth.client_id: is missing: client-secret"),
        ('url = "https://contoso.crm.dynamics.com"', "", "1: environments.contoso.url: is missing"),
        ("[environments.contoso]", "[environments.'a/b']", "is not a usable name"),
    ],
)
def test_a_wrong_value_is_refused(
    tmp_path: Path, written: str, instead: str, expected: str
) -> None:
    text = CONTOSO.replace(written, instead)
    assert any(expected in refusal for refusal in refusals(tmp_path, text))


def test_an_environment_without_a_sign_in_says_where_to_write_one(tmp_path: Path) -> None:
    text = "\n".join(CONTOSO.splitlines()[:2])
    (refusal,) = refusals(tmp_path, text)
    assert refusal == (
        "auditor.toml:1: environments.contoso.auth: is missing; write a table"
        " [environments.contoso.auth], or [defaults.auth] for all environments"
    )


@pytest.mark.parametrize("host", ["127.0.0.1:8443", "localhost:8443", "[::1]:8443"])
def test_a_loopback_address_may_be_http(tmp_path: Path, host: str) -> None:
    text = CONTOSO.replace("https://contoso.crm.dynamics.com", f"http://{host}/contoso/")
    environment = loaded(tmp_path, text).environments["contoso"]
    assert environment.url == f"http://{host}/contoso"


@pytest.mark.parametrize("host", ["127.0.0.1.example.com", "localhost.example", "10.0.0.1"])
def test_an_address_that_looks_like_loopback_may_not(tmp_path: Path, host: str) -> None:
    text = CONTOSO.replace("https://contoso.crm.dynamics.com", f"http://{host}")
    (refusal,) = refusals(tmp_path, text)
    assert "is not an https address" in refusal


WAIVER = "[[waivers]]\nrule = 'duplicate-address'\nreason = 'CHG-1'\nuntil = 2027-03-31\n"


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("duplicate-address", "duplicate-adress", "9: waivers[1].rule: there is no rule"),
        ("duplicate-address", "duplicate-adress", "did you mean duplicate-address?"),
        ("reason = 'CHG-1'\n", "", "waivers[1].reason: is missing"),
        ("reason = 'CHG-1'", "reason = ' '", "10: waivers[1].reason: is empty"),
        ("until = 2027-03-31\n", "", "waivers[1].until: is missing"),
        ("2027-03-31", "'2027-03-31'", "11: waivers[1].until: must be a date without quotes"),
        ("2027-03-31", "2027-03-31T08:00:00Z", "here it is a date with a time"),
        ("2027-03-31", "2027-02-31", "11: is not valid TOML"),
        ("2027-03-31", "2027-03-31\nenvironment = 'fabrikam'", "12: waivers[1].environment"),
        ("2027-03-31", "2027-03-31\nsubject = 'profil:x'", "12: waivers[1].subject: is not KIND"),
        ("2027-03-31", "2027-03-31\n" + WAIVER, "12: waivers[2]: waives the same as waivers[1]"),
    ],
)
def test_a_waiver_names_rule_reason_and_day(
    tmp_path: Path, written: str, instead: str, expected: str
) -> None:
    text = CONTOSO + WAIVER.replace(written, instead)
    assert any(expected in refusal for refusal in refusals(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[thresholds]\nsynchronization_stale_warnin = '1h'", "did you mean synchronization_stale"),
        (
            "[thresholds]\nsynchronization_stale_warning = '1 hour'",
            "9: thresholds.synchronization_",
        ),
        ("[thresholds]\nsynchronization_stale_warning = 3600", "has no unit"),
        ("[thresholds]\nalerts = '5'", "must be a whole number"),
        ("[thresholds]\nalerts = -1", "must be a whole number"),
        ("[report]\nformats = ['html', 'pdf']", "report.formats[2]: is not a report format"),
        ("[notify]\nurls = ['https://hooks.example/T0K3N']", "notify.urls[1]: is not a reference"),
        (
            "[notify]\nurls = ['env:N']\non = 'chagne'",
            "must be one of change, findings, incomplete, always",
        ),
        ("[history]\nurl = 'postgresql://u:hunter2@db/auditor'", "has a password in it"),
        ("[network]\nproxy = 'http://u:hunter2@proxy:8080'", "has a user name or password"),
        ("[network]\nproxy = 'proxy:8080'", "is not a proxy's address; write http://HOST:PORT"),
        ("[network]\nproxy = 'http://:8080'", "is not a proxy's address; write http://HOST:PORT"),
        ("[network]\nproxy = 'http://p:99999'", "is not a proxy's address; write http://HOST:PORT"),
        ("[enviroments.other]\nurl = 'https://x'", "8: enviroments: is not a key"),
        ("[xyz]", "notify, report, thresholds, tls, waivers"),
        ("[dns]\nservers = ['dns.contoso.com']", "dns.servers[1]: is not a name server"),
        ("[tls]\nca_bundle = 'corporate-ca.pem'", "tls.ca_bundle: is not a reference to a file"),
        ("[environments.CONTOSO]", "differs from contoso in capitals alone"),
        ("[environments.contoso]", "is not valid TOML"),
        ("environments = 3", "is not a key that is known here"),
        (
            "[environments.contoso.graph]\ninbox_rules = 5001",
            "graph.inbox_rules: is above 5000, which is the most",
        ),
        (
            "[environments.contoso.graph]\ninbox_rules = -1",
            "graph.inbox_rules: is negative; write how many mailboxes to ask, or 0 for none",
        ),
        (
            "[environments.contoso.graph]\nurl = 'http://graph.microsoft.com'",
            "not an https address",
        ),
        ("[environments.contoso.exchange_server]", "exchange_server.url: is missing"),
        (
            "[environments.contoso.exchange_server]\nurl = 'https://m/EWS'\n"
            "auth.method = 'device-code'",
            "write one of ntlm, basic, negotiate, client-secret",
        ),
        (
            "[environments.contoso.declared]\nexchange_builds = { 'm.contoso.com' = '2019' }",
            '9: environments.contoso.declared.exchange_builds."m.contoso.com": is not an Exchange',
        ),
    ],
)
def test_other_sections_are_checked_as_closely(tmp_path: Path, text: str, expected: str) -> None:
    found = refusals(tmp_path, CONTOSO + text + "\n")
    assert any(expected in refusal for refusal in found), found


def test_a_threshold_like_no_other_is_to_be_looked_up(tmp_path: Path) -> None:
    many = {f"limit_{n}": Threshold(f"limit_{n}", 1, "a limit") for n in range(20)}
    path = tmp_path / "auditor.toml"
    path.write_text(CONTOSO + "[thresholds]\nxyz = '1h'\n")
    with pytest.raises(ConfigurationError, match=r"such a threshold; see .* auditor explain RULE"):
        load(path, thresholds=many)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = CONTOSO.replace("https:", "http:").replace('"env:CONTOSO_SECRET"', "3") + "[tsl]\n"
    found = refusals(tmp_path, text)
    assert [refusal.split(": ")[0] for refusal in found] == [
        "auditor.toml:2",
        "auditor.toml:7",
        "auditor.toml:8",
    ]
    assert "did you mean tls?" in found[2]


@pytest.mark.parametrize("secret", ["hunter2", "https://hunter2@x", "env:", "vault:hunter2"])
@pytest.mark.parametrize("key", ["client_secret", "authority", "certificate", "password"])
def test_no_message_repeats_what_may_be_a_secret(tmp_path: Path, key: str, secret: str) -> None:
    lines = [line for line in CONTOSO.splitlines() if not line.startswith(f"{key} ")]
    found = refusals(tmp_path, "\n".join([*lines, f'{key} = "{secret}"', "username = 'u'"]))
    assert not any("hunter2" in refusal for refusal in found)


@pytest.mark.parametrize(("given", "lacking"), [("username", "password"), ("password", "username")])
def test_half_an_account_is_refused(tmp_path: Path, given: str, lacking: str) -> None:
    text = f"""\
[environments.contoso]
url = "https://crm.contoso.local/Contoso"
auth = {{ method = "negotiate", {given} = "env:P" }}
"""
    (refusal,) = refusals(tmp_path, text)
    assert refusal.startswith(
        f"auditor.toml:3: environments.contoso.auth.{lacking}: is missing: negotiate needs it"
    )


def test_sources_of_microsoft_365_need_a_sign_in_that_reaches_them(tmp_path: Path) -> None:
    text = """\
[environments.contoso]
url = "https://crm.contoso.local/Contoso"
auth = { method = "ntlm", username = "u", password = "env:P" }
[environments.contoso.exchange_online]
"""
    found = refusals(tmp_path, text)
    assert "auditor.toml:4: environments.contoso.exchange_online.auth: is missing" in found[0]
    assert "auditor.toml:4: environments.contoso.exchange_online.tenant: is missing" in found[1]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfe[\x00t\x00", "is not UTF-8 text"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
        (b"a = 1\na = 2\n", "auditor.toml:2: is not valid TOML"),
    ],
)
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "auditor.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=expected):
        load(path)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "auditor.toml"
    path.write_bytes(b"\xef\xbb\xbf" + CONTOSO.replace("\n", "\r\n").encode())
    assert list(load(path).environments) == ["contoso"]


def test_a_file_that_is_missing_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="auditor init"):
        load(tmp_path / "auditor.toml")
