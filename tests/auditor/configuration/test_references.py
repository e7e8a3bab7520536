"""Secrets are looked up for the environments that run, and those missing are told by place."""

from pathlib import Path

import certifi
import pytest

from auditor.configuration import (
    Configuration,
    ConfigurationError,
    load,
    look_up_secrets,
    look_up_what_there_is,
    select,
)
from auditor.configuration.references import references_of

TEXT = """\
[defaults.auth]
method = "client-secret"
tenant = "contoso.onmicrosoft.com"
client_id = "a1"
client_secret = "env:SHARED"
[environments.first]
url = "https://first.crm.dynamics.com"
[environments.second]
url = "https://second.crm.dynamics.com"
auth.client_secret = "file:second.txt"
[tls]
ca_bundle = "file:corporate-ca.pem"
[network]
proxy = "http://proxy.contoso.com:8080"
[notify]
urls = ["env:SHARED", "env:CHANNEL"]
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    path = tmp_path / "auditor.toml"
    path.write_text(TEXT)
    (tmp_path / "corporate-ca.pem").write_text(Path(certifi.where()).read_text())
    return load(path)


def test_an_environment_that_does_not_run_needs_no_secret(configuration: Configuration) -> None:
    environ = {"SHARED": "s3cret", "CHANNEL": "t0ken"}
    found = look_up_secrets(configuration, select(configuration, ["first"]), environ)
    assert found.reveal("env:SHARED") == "s3cret"
    assert found.reveal(configuration.network.proxy) == "http://proxy.contoso.com:8080"
    assert found.reveal(None) is None
    assert len(found) == 2
    assert "s3cret" not in repr(found)
    with pytest.raises(KeyError):
        found.reveal("file:second.txt")


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\n"])
def test_a_bundle_without_certificates_is_told_before_anything_is_read(
    configuration: Configuration, content: str
) -> None:
    (configuration.directory / "corporate-ca.pem").write_text(content)
    with pytest.raises(ConfigurationError) as refused:
        look_up_secrets(configuration, (), {"SHARED": "x", "CHANNEL": "x"})
    assert str(refused.value) == (
        f"{configuration.path}:12: tls.ca_bundle: file:corporate-ca.pem: "
        f"{configuration.directory}/corporate-ca.pem holds no certificate that can be read; "
        "save the certificates as PEM"
    )


def test_every_missing_secret_is_told_with_file_line_and_key(configuration: Configuration) -> None:
    (configuration.directory / "corporate-ca.pem").unlink()
    with pytest.raises(ConfigurationError) as refused:
        look_up_secrets(configuration, select(configuration, every=True), {})
    file, directory = configuration.path, configuration.directory
    assert str(refused.value).splitlines() == [
        f"{file}:5: defaults.auth.client_secret: env:SHARED: the environment variable SHARED is not"
        " set; set it for the account that runs this",
        f"{file}:10: environments.second.auth.client_secret: file:second.txt: there is no file"
        f" {directory}/second.txt; create it",
        f"{file}:12: tls.ca_bundle: file:corporate-ca.pem: there is no file"
        f" {directory}/corporate-ca.pem; put the certificates there",
        f"{file}:16: notify.urls[2]: env:CHANNEL: the environment variable CHANNEL is not set;"
        " set it for the account that runs this",
    ]


class TestWhatThereIs:
    """One environment that lacks a secret does not stop the others."""

    def test_the_others_have_their_secrets_and_the_one_its_problem(
        self, configuration: Configuration
    ) -> None:
        every = select(configuration, every=True)
        secrets, lacking = look_up_what_there_is(configuration, every, {"SHARED": "s3cret"})
        assert secrets.reveal("env:SHARED") == "s3cret"
        assert list(lacking) == ["second"]
        assert [each.key for each in lacking["second"]] == [
            "environments.second.auth.client_secret"
        ]

    def test_with_all_secrets_nothing_is_lacking(self, configuration: Configuration) -> None:
        (configuration.directory / "second.txt").write_text("t0ken")
        every = select(configuration, every=True)
        secrets, lacking = look_up_what_there_is(configuration, every, {"SHARED": "s3cret"})
        assert (lacking, len(secrets)) == ({}, 2)

    def test_where_every_one_lacks_some_all_is_refused(self, configuration: Configuration) -> None:
        every = select(configuration, every=True)
        with pytest.raises(ConfigurationError) as refused:
            look_up_what_there_is(configuration, every, {})
        assert [each.line for each in refused.value.problems] == [5, 10]

    def test_what_all_share_is_needed_by_all(self, configuration: Configuration) -> None:
        (configuration.directory / "corporate-ca.pem").unlink()
        with pytest.raises(ConfigurationError, match=r"tls\.ca_bundle"):
            look_up_what_there_is(
                configuration, select(configuration, every=True), {"SHARED": "s3cret"}
            )

    def test_a_bundle_that_cannot_be_opened_says_why(self, configuration: Configuration) -> None:
        bundle = configuration.directory / "corporate-ca.pem"
        bundle.unlink()
        bundle.mkdir()
        with pytest.raises(ConfigurationError, match=r"there is no file .*; put the certificates"):
            look_up_secrets(configuration, (), {"SHARED": "x", "CHANNEL": "x"})


def test_references_are_found_in_lists_tables_and_sections(tmp_path: Path) -> None:
    path = tmp_path / "auditor.toml"
    path.write_text(
        TEXT.replace(
            "[environments.second]", 'labels = { stage = "env:STAGE" }\n[environments.second]'
        )
    )
    configuration = load(path)
    assert references_of(configuration, select(configuration, ["first"])) == (
        "env:CHANNEL",
        "env:SHARED",
        "env:STAGE",
        "file:corporate-ca.pem",
    )
