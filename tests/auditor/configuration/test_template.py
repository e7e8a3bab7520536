"""The first configuration is valid as it is written, and stays so with every key switched on."""

import re
from pathlib import Path

import pytest
from msgspec import structs

from auditor.configuration import Configuration, ConfigurationError, load
from auditor.configuration.methods import DYNAMICS
from auditor.configuration.template import Answers, template, unanswered
from rules.thresholds import Threshold

THRESHOLDS = {
    "synchronization_stale_warning": Threshold("synchronization_stale_warning", 3600, "an age"),
    "open_error_alerts": Threshold("open_error_alerts", 5, "a count", "number"),
}
RULES = ("impersonation-with-exchange-online",)
FILLED = Answers(
    name="contoso",
    url="https://contoso.crm.dynamics.com",
    tenant="contoso.onmicrosoft.com",
    client_id="a1",
    authority="https://sts.contoso.com/adfs",
)


def loaded(tmp_path: Path, text: str) -> Configuration:
    path = tmp_path / "auditor.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, rule_ids=RULES, thresholds=THRESHOLDS, formats=("html", "json"))


def messages(tmp_path: Path, text: str) -> list[str]:
    try:
        loaded(tmp_path, text)
    except ConfigurationError as refusal:
        return [problem.message for problem in refusal.problems]
    return []


def switched_on(text: str) -> str:
    return re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("method", DYNAMICS)
def test_filled_in_it_is_a_configuration_for_every_way_to_sign_in(
    tmp_path: Path, method: str
) -> None:
    answers = Answers(
        name="prod.eu",
        url=FILLED.url,
        method=method,
        authority=FILLED.authority,
        tenant=FILLED.tenant,
        client_id=FILLED.client_id,
        username="CONTOSO\\svc-audit",
    )
    assert unanswered(answers) == ()
    configuration = loaded(tmp_path, template(answers, THRESHOLDS))
    environment = configuration.environments["prod.eu"]
    assert environment.auth.method == method
    assert environment.exchange_online is None
    assert configuration.waivers == ()


def test_with_every_key_switched_on_it_says_everything(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, switched_on(template(FILLED, THRESHOLDS)))
    contoso = configuration.environments["contoso"]
    sections = (contoso.exchange_online, contoso.graph, contoso.exchange_server)
    assert None not in (*sections, contoso.mail_servers, configuration.history)
    assert None not in (configuration.notify, configuration.report, configuration.tls.ca_bundle)
    declared = contoso.declared
    assert None not in [getattr(declared, name) for name in declared.__struct_fields__]
    assert configuration.thresholds == {name: each.default for name, each in THRESHOLDS.items()}
    assert len(configuration.waivers) == 1


def test_switched_on_one_key_at_a_time_it_is_still_toml_that_is_understood(tmp_path: Path) -> None:
    lines = template(FILLED, THRESHOLDS).splitlines()
    optional = [number for number, line in enumerate(lines) if re.match(r"#\S", line)]
    assert len(optional) > 40
    section = 0
    for number in optional:
        if lines[number].startswith("#["):
            section = number
        on = {number, section, *(range(section, number) if section else ())}
        text = "\n".join(
            line[1:] if at in on and re.match(r"#\S", line) else line
            for at, line in enumerate(lines)
        )
        # Half a section lacks a key or two, and nothing else.
        assert all("is missing" in message for message in messages(tmp_path, text))


def test_what_nobody_told_is_switched_off_and_refused_by_its_key(tmp_path: Path) -> None:
    text = template()
    assert "<" not in text
    assert unanswered(Answers()) == ("url", "tenant", "client_id")
    with pytest.raises(ConfigurationError, match=r"environments\.contoso\.url: is missing"):
        loaded(tmp_path, text)


@pytest.mark.parametrize("key", ["url", "auth.tenant", "auth.client_id"])
def test_a_placeholder_is_refused_with_its_line(tmp_path: Path, key: str) -> None:
    text = template(FILLED)
    name = key.rpartition(".")[2]
    value = '"https://<organisation>.crm.dynamics.com"' if name == "url" else '"<your id>"'
    changed = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    line = changed[: changed.index(value)].count("\n") + 1
    with pytest.raises(ConfigurationError, match="still a placeholder") as refused:
        loaded(tmp_path, changed)
    assert f":{line}" in str(refused.value)
    assert f"environments.contoso.{key}" in str(refused.value)


def test_microsoft_365_is_switched_on_where_it_is_wanted(tmp_path: Path) -> None:
    answers = structs.replace(FILLED, graph=True, exchange_online=True)
    contoso = loaded(tmp_path, template(answers)).environments["contoso"]
    assert None not in (contoso.graph, contoso.exchange_online)


def test_exchange_server_and_own_authorities_are_switched_on(tmp_path: Path) -> None:
    answers = Answers(
        url=FILLED.url,
        method="ntlm",
        username="CONTOSO\\svc",
        exchange_server="https://mail.contoso.com/EWS/Exchange.asmx",
        ca_bundle="ca.pem",
    )
    (tmp_path / "ca.pem").write_text("", "utf-8")
    configuration = loaded(tmp_path, template(answers))
    exchange = configuration.environments["contoso"].exchange_server
    assert exchange is not None
    assert (exchange.auth.method, exchange.auth.username) == ("ntlm", "CONTOSO\\svc")
    assert configuration.tls.ca_bundle == "file:ca.pem"


def test_own_authorities_stay_switched_off_where_none_were_given() -> None:
    assert "\n#[tls]\n#ca_bundle" in template(FILLED)
    assert "\n#[tls]\n" not in template(structs.replace(FILLED, ca_bundle="ca.pem"))


@pytest.mark.parametrize(
    ("method", "username"), [("client-secret", "u"), ("ntlm", None), ("negotiate", "u")]
)
def test_exchange_server_is_signed_in_to_by_the_account_of_ntlm_alone(
    method: str, username: str | None
) -> None:
    answers = structs.replace(
        FILLED, exchange_server="https://mail/EWS", method=method, username=username
    )
    assert "\n#[environments.contoso.exchange_server.auth]\n" in template(answers)


def test_what_is_needed_and_not_known_says_so_and_what_is_optional_does_not() -> None:
    text = template(Answers(tenant="t"))
    assert text.count("# Needed: fill in ") == 2
    for name in ("url", "client_id"):
        assert f"# Needed: fill in {name}, and take the # away.\n#{name} = " in text
    assert "# Needed" not in template(FILLED)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("prod-eu_1", "[environments.prod-eu_1]"),
        ("prod.eu", '[environments."prod.eu"]'),
        ("büro", '[environments."büro"]'),
        ("-", '[environments."-"]'),
    ],
)
def test_a_name_is_quoted_where_toml_needs_it(name: str, header: str) -> None:
    assert header in template(structs.replace(FILLED, name=name)).splitlines()


def test_answers_are_quoted(tmp_path: Path) -> None:
    answers = Answers(url=FILLED.url, tenant='a"b\\c\x7f\n', client_id="ä")
    contoso = loaded(tmp_path, template(answers)).environments["contoso"]
    assert (contoso.auth.tenant, contoso.auth.client_id) == ('a"b\\c\x7f', "ä")


def test_an_unknown_way_to_sign_in_is_refused() -> None:
    with pytest.raises(ValueError, match="'basic' is no way to sign in; known are client-secret"):
        template(Answers(method="basic"))


def test_every_way_to_sign_in_is_named_once_where_it_is_chosen() -> None:
    text = template(FILLED, THRESHOLDS)
    lines = [each.lstrip("# ").rstrip(",") for each in text.splitlines()]
    at = next(n for n, each in enumerate(lines) if each.startswith("method: "))
    named = f"{lines[at].removeprefix('method: ')}, {lines[at + 1]}".split(", ")
    assert named == list(DYNAMICS)
