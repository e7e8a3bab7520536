"""What decides whether a run may go on with another one: configuration, selection, organisation."""

from pathlib import Path

import pytest

from auditor.cli.audits.journals import checked, journal_of, terms_of
from auditor.cli.options import Options, options
from auditor.configuration import Configuration, load
from auditor.resuming import Resumed, Terms
from auditor.running import now, request_of
from auditor.usage import UsageProblem
from connectors.columnar.page import Page
from connectors.dynamics.client import Dynamics
from connectors.dynamics.tables.organizations import READER, OrganizationRow
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from tests.auditor.snapshots.sources import EARLIER, Canned

TEXT = """
[environments.contoso]
url = "https://contoso.crm.dynamics.com"
auth = { method = "managed-identity" }
"""
CANNED = Canned({READER.source: [Page([OrganizationRow("0A1B")], "2026-11-29T03:00:00Z", "")]})


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def configured(tmp_path: Path, text: str = TEXT) -> Configuration:
    path = tmp_path / "auditor.toml"
    path.write_text(text)
    return load(path)


def journal(configuration: Configuration, given: Options, terms: Terms | None):
    environment = configuration.environments["contoso"]
    request = request_of(configuration, environment, given.judging, now())
    pseudonyms = given.redaction is not None
    return journal_of(configuration, environment, request, terms, pseudonyms=pseudonyms)


def killed(configuration: Configuration) -> None:
    with journal(configuration, options(), Terms()) as own:
        assert own is not None
        list(Resumed(CANNED, own).open(READER, EARLIER))


class Answering:
    """A connection of which the organisation is known, or fails to answer."""

    def __init__(self, organization: str | None) -> None:
        self._organization = organization

    def open(self, section: str) -> Dynamics:
        assert section == "dynamics"
        if self._organization is None:
            raise SourceFailed("no answer", "wait", "timeout")
        client = Dynamics("https://contoso.crm.dynamics.com", Transport(), None)  # type: ignore
        client._remembered["user"] = type("", (), {"OrganizationId": self._organization})
        return client


def test_the_same_configuration_goes_on(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    killed(configuration)
    with journal(configuration, options(), Terms(True)) as own:
        assert own is not None
        assert own.resumed is not None


@pytest.mark.parametrize(
    "more",
    [
        "[environments.contoso.graph]\n",
        "[environments.contoso.declared]\nfips_140_2 = true\n",
        '[dns]\nservers = ["192.0.2.53"]\n',
    ],
)
def test_another_configuration_does_not(
    tmp_path: Path, more: str, capsys: pytest.CaptureFixture[str]
) -> None:
    killed(configured(tmp_path))
    with journal(configured(tmp_path, TEXT + more), options(), Terms(True)) as own:
        assert own is not None
        assert own.resumed is None
    assert "another configuration" in capsys.readouterr().err


def test_nothing_is_kept_of_some_subjects_or_with_pseudonyms(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    key = tmp_path / "key.json"
    for given in (options(only=["mailbox:a"]), options(redact=True, redact_key=key)):
        with journal(configuration, given, Terms()) as own:
            assert own is None
    with journal(configuration, options(), None) as own:
        assert own is None


@pytest.mark.parametrize(
    ("organization", "is_resumed", "is_told"),
    [("0a1b", True, False), ("ffff", False, True), ("", False, True), (None, False, False)],
)
def test_another_organisation_at_the_address_is_not_mixed_in(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    organization: str | None,
    is_resumed: bool,
    is_told: bool,
) -> None:
    configuration = configured(tmp_path)
    killed(configuration)
    with journal(configuration, options(), Terms(True)) as own:
        assert own is not None
        outside = checked(own, Answering(organization), Canned({}))  # type: ignore[arg-type]
        assert (own.resumed is not None) is is_resumed
        if is_resumed:
            assert list(outside.open(READER, EARLIER))
        assert bool(capsys.readouterr().err) is is_told
        own.finish()
    is_left = any((tmp_path / "state" / "auditor" / "unfinished").iterdir())
    assert is_left is (organization is None), "what could not be compared stays"


def test_a_duration_that_is_none_is_refused() -> None:
    assert terms_of(True, "90m") == Terms(True, 5400)
    with pytest.raises(UsageProblem, match="--resume-within"):
        terms_of(True, "soon")
