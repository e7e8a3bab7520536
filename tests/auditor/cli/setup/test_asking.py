"""A first configuration: what is asked, of whom, and what is written of the answers."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from auditor.cli.setup import asking, examining
from auditor.cli.setup.asking import Given, tries_every_access, write_first_configuration
from auditor.configuration import Environment, ExchangeServer, load
from auditor.connections.introduction import Introduction
from auditor.exit_codes import INCOMPLETE, NOTHING
from auditor.usage import UsageProblem
from connectors.transport.errors import SourceFailed

ENTRA = Introduction("entra", "https://login.microsoftonline.com", "t-of-server")
URL = "https://contoso.crm.dynamics.com"


class Person:
    """Answers questions in order, and remembers them with their defaults."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[tuple[str, Any]] = []
        self.refusals: list[str] = []

    def prompt(self, question: str, default: str | None, value_proc: Any) -> str:
        self.asked.append((question, default))
        while True:
            answer = self.answers.pop(0)
            try:
                return str(value_proc(default if answer is None else answer))
            except typer.BadParameter as refusal:
                self.refusals.append(str(refusal))

    def confirm(self, question: str, default: bool) -> bool:
        self.asked.append((question, default))
        return bool(self.answers.pop(0))


def at_terminals(**streams: bool) -> SimpleNamespace:
    """Standard streams, each a terminal or not."""
    return SimpleNamespace(
        **{
            name: SimpleNamespace(isatty=lambda is_one=is_one: is_one)
            for name, is_one in streams.items()
        }
    )


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody at a terminal."""
    found = Person()
    monkeypatch.setattr(typer, "prompt", found.prompt)
    monkeypatch.setattr(typer, "confirm", found.confirm)
    monkeypatch.setattr(asking, "sys", at_terminals(stdin=True, stdout=True))
    return found


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the server tells, and of which addresses it was asked."""
    found = SimpleNamespace(tells=ENTRA, asked=[])

    def introduced(url: str, ca_bundle: str | None) -> Introduction:
        found.asked.append((url, ca_bundle))
        if isinstance(found.tells, SourceFailed):
            raise found.tells
        return found.tells  # type: ignore[no-any-return]

    monkeypatch.setattr(asking, "introduced", introduced)
    return found


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "auditor.toml"


def written(path: Path, **given: Any) -> Environment:
    """The environment of a configuration that is complete."""
    assert write_first_configuration(path, Given(**given)) == path
    (environment,) = load(path).environments.values()
    return environment


WHOLE: dict[str, Any] = {
    "name": "contoso",
    "url": URL,
    "method": "client-secret",
    "tenant": "t",
    "client_id": "c",
}


class TestRefused:
    def test_a_method_that_there_is_not(self, path: Path) -> None:
        with pytest.raises(UsageProblem, match="client-secret"):
            write_first_configuration(path, Given(method="basic"))
        assert not path.exists()

    def test_a_file_that_is_there(self, path: Path) -> None:
        path.write_text("mine")
        with pytest.raises(UsageProblem, match=r"is there already .*; give another --config"):
            write_first_configuration(path, Given(**WHOLE))
        assert path.read_text() == "mine"

    def test_a_link_that_leads_nowhere(self, path: Path) -> None:
        path.symlink_to("nowhere")
        with pytest.raises(UsageProblem, match="is there already"):
            write_first_configuration(path, Given(**WHOLE))

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"url": "http://contoso.crm.dynamics.com"}, "--url is not an https address"),
            ({"exchange_server": "mail"}, "--exchange-server is not an https address"),
        ],
    )
    def test_an_address_that_is_none(self, path: Path, given: dict[str, str], words: str) -> None:
        with pytest.raises(UsageProblem, match=words):
            write_first_configuration(path, Given(**{**WHOLE, **given}))
        assert not path.exists()

    def test_answers_that_make_no_configuration_leave_no_file(self, path: Path) -> None:
        with pytest.raises(UsageProblem, match="is not a usable name"):
            write_first_configuration(path, Given(**{**WHOLE, "name": "a/b"}))
        assert not path.exists()


class TestTold:
    """What the server is asked, and what is taken of its answer."""

    def test_it_is_not_asked_where_all_is_given(self, path: Path, server: SimpleNamespace) -> None:
        assert written(path, **WHOLE).auth.tenant == "t"
        assert server.asked == []

    def test_nor_without_an_address(self, path: Path, server: SimpleNamespace) -> None:
        write_first_configuration(path, Given())
        assert server.asked == []

    def test_nor_where_it_could_tell_nothing_that_is_needed(
        self, path: Path, server: SimpleNamespace
    ) -> None:
        write_first_configuration(path, Given(url=URL, method="ntlm"))
        assert server.asked == []

    def test_it_names_the_tenant(self, path: Path, server: SimpleNamespace) -> None:
        given = {**WHOLE, "tenant": None, "url": "contoso", "ca_bundle": "ca.pem"}
        Path("ca.pem").touch()
        assert written(path, **given).auth.tenant == "t-of-server"
        assert server.asked == [(URL, "ca.pem")]

    def test_a_tenant_that_is_given_goes_first(self, path: Path) -> None:
        assert written(path, **{**WHOLE, "method": None}).auth.tenant == "t"

    @pytest.mark.parametrize(
        ("kind", "method", "says"),
        [
            ("entra", "client-secret", "Dynamics 365 online; its callers sign in with Microsoft E"),
            ("adfs", "adfs", "Dynamics 365 (on-premises); its callers sign in with AD FS"),
            ("windows", "ntlm", "Dynamics 365 (on-premises); its callers sign in with a Windows"),
        ],
    )
    def test_it_names_the_way_to_sign_in(
        self,
        path: Path,
        server: SimpleNamespace,
        capsys: pytest.CaptureFixture[str],
        kind: Any,
        method: str,
        says: str,
    ) -> None:
        server.tells = Introduction(kind, "https://sts.contoso.com/adfs", "t-of-server")
        write_first_configuration(path, Given(url=URL))
        text = path.read_text()
        assert f'\nmethod = "{method}"\n' in text
        assert ('\nauthority = "https://sts' in text) == (kind == "adfs")
        assert ('\ntenant = "t-of-server"' in text) == (kind == "entra")
        assert f"Found at {URL}: {says}" in capsys.readouterr().out

    def test_an_authority_is_taken_where_that_is_what_is_missing(
        self, path: Path, server: SimpleNamespace
    ) -> None:
        server.tells = Introduction("adfs", "https://sts.contoso.com/adfs")
        given = {"url": URL, "method": "adfs", "client_id": "c", "username": "u"}
        assert written(path, **given).auth.authority == "https://sts.contoso.com/adfs"

    def test_its_tenant_is_said_where_it_names_one(
        self, path: Path, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_first_configuration(path, Given(url=URL))
        assert "Microsoft Entra, tenant t-of-server.\n" in capsys.readouterr().out
        path.unlink()
        server.tells = Introduction("entra", "https://login.microsoftonline.com", None)
        write_first_configuration(path, Given(url=URL))
        assert "Microsoft Entra.\n" in capsys.readouterr().out

    def test_where_it_does_not_answer_the_file_is_written_all_the_same(
        self, path: Path, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
    ) -> None:
        server.tells = SourceFailed("nobody answers", "Check.", "unreachable")
        write_first_configuration(path, Given(url=URL))
        assert "The server could not be asked: nobody answers" in capsys.readouterr().out
        assert path.exists()


class TestSaid:
    def test_what_to_run_next(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write_first_configuration(Path("auditor.toml"), Given(**WHOLE))
        assert capsys.readouterr().out.splitlines() == [
            "auditor.toml is written.",
            "Next, try every access, then audit:",
            "  auditor doctor",
            "  auditor run",
        ]

    def test_what_to_fill_in_first(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write_first_configuration(Path("my own.toml"), Given(url=URL, method="device-code"))
        assert capsys.readouterr().out.splitlines()[-4:] == [
            "my own.toml is written.",
            "Fill in client_id, which nobody gave; then run:",
            "  auditor doctor --config 'my own.toml'",
            "  auditor run --config 'my own.toml'",
        ]


class TestAsked:
    """What a person at a terminal is asked."""

    def test_everything_that_was_not_given(self, path: Path, person: Person) -> None:
        person.answers = ["fabrikam.crm4.dynamics.com/main.aspx", None, None, None, "c", None]
        person.answers += [True, False]
        environment = written(path)
        assert person.asked == [
            ("Address of the organisation", None),
            ("Name of the environment", "fabrikam"),
            (asking_method(), "client-secret"),
            ("Tenant", "t-of-server"),
            ("Application (client) id", None),
            ("Where is the client secret kept", "env:AUDITOR_CLIENT_SECRET"),
            ("Also read Microsoft Graph (accounts, licences, sign-in rules)?", True),
            ("Also read Exchange Online (accepted domains, mailboxes)?", True),
        ]
        assert (environment.name, environment.url) == (
            "fabrikam",
            "https://fabrikam.crm4.dynamics.com",
        )
        assert (environment.graph is None, environment.exchange_online is None) == (False, True)

    def test_nothing_that_was(self, path: Path, person: Person) -> None:
        person.answers = [None]
        written(path, **WHOLE, graph=False, exchange_online=True)
        assert [question for question, _ in person.asked] == ["Where is the client secret kept"]

    def test_a_name_is_proposed_by_the_address(self, path: Path, person: Person) -> None:
        given = {**WHOLE, "name": None, "graph": False, "exchange_online": False}
        person.answers = [None, None]
        written(path, **{**given, "url": "https://crm:5555/Contoso"})
        assert person.asked[0] == ("Name of the environment", "crm")

    @pytest.mark.parametrize(
        ("answer", "section"),
        [
            ("", None),
            ("https://mail/EWS", ExchangeServer(url="https://mail/EWS")),
        ],
    )
    def test_on_premises_exchange_server(
        self, path: Path, person: Person, answer: str, section: ExchangeServer | None
    ) -> None:
        person.answers = ["CONTOSO\\svc", "env:WORD", answer]
        environment = written(path, name="contoso", url="https://crm.local/C", method="negotiate")
        assert person.asked[-1][0].startswith("Address of Exchange Web Services")
        assert environment.exchange_server == section
        assert environment.auth.password == "env:WORD"

    def test_not_exchange_server_where_it_was_given(self, path: Path, person: Person) -> None:
        person.answers = ["u", "env:WORD"]
        given = {"name": "c", "url": URL, "method": "negotiate"}
        environment = written(path, **given, exchange_server="https://mail/EWS")
        assert len(person.asked) == 2
        assert environment.exchange_server is not None

    def test_a_proposal_that_has_not_its_form_is_not_taken_either(
        self, path: Path, person: Person
    ) -> None:
        person.answers = [None, "contoso", None]
        given = {**WHOLE, "name": None, "graph": False, "exchange_online": False}
        assert written(path, **{**given, "url": "https://[::1]/Contoso"}).name == "contoso"
        assert person.asked[0] == ("Name of the environment", "[")
        assert person.refusals[0].startswith("That is not a usable name; write letters")

    def test_again_until_an_answer_has_its_form(self, path: Path, person: Person) -> None:
        person.answers = ["magic", "client-secret", "hunter2", "env:WORD"]
        written(path, **{**WHOLE, "method": None}, graph=False, exchange_online=False)
        assert person.refusals == [
            "That is none of client-secret, certificate, managed-identity, workload-identity,"
            " device-code, interactive, adfs, ntlm, negotiate.",
            "That is not a reference to a secret; write env:NAME, file:PATH or"
            " keyring:SERVICE/NAME.",
        ]

    @pytest.mark.parametrize("stream", ["stdin", "stdout"])
    def test_nobody_is_asked_where_one_end_is_no_terminal(
        self, path: Path, person: Person, monkeypatch: pytest.MonkeyPatch, stream: str
    ) -> None:
        streams = {"stdin": True, "stdout": True, stream: False}
        monkeypatch.setattr(asking, "sys", at_terminals(**streams))
        monkeypatch.setattr(asking, "load", None)
        write_first_configuration(path, Given())
        assert tries_every_access(path) == NOTHING
        assert person.asked == []


def asking_method() -> str:
    return (
        "How to sign in (client-secret, certificate, managed-identity, workload-identity,"
        " device-code, interactive, adfs, ntlm, negotiate)"
    )


class TestTried:
    """At the end every access is tried, where somebody wants it."""

    @pytest.fixture
    def configured(self, path: Path, person: Person, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("AUDITOR_CLIENT_SECRET", "s3cret")
        person.answers = [None]
        written(path, **WHOLE, graph=False, exchange_online=False)
        person.asked.clear()
        return path

    @pytest.mark.parametrize(("is_missing", "code"), [(True, INCOMPLETE), (False, NOTHING)])
    def test_the_exit_code_says_whether_something_is_missing(
        self,
        configured: Path,
        person: Person,
        monkeypatch: pytest.MonkeyPatch,
        is_missing: bool,
        code: int,
    ) -> None:
        shown = []
        monkeypatch.setattr(examining, "examined", lambda *given: {"contoso": given[2]})
        monkeypatch.setattr(examining, "shown", lambda found, as_json: shown.append(found))
        monkeypatch.setattr("auditor.doctor.missing", lambda access: is_missing)
        person.answers = [True]
        assert tries_every_access(configured) == code
        assert person.asked == [("Try every access now (auditor doctor)?", True)]
        assert shown == [{"contoso": 300.0}]

    def test_nothing_is_tried_where_nobody_wants_it(
        self, configured: Path, person: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(examining, "examined", None)
        person.answers = [False]
        assert tries_every_access(configured) == NOTHING

    def test_a_secret_that_is_not_there_yet_is_told(
        self,
        capsys: pytest.CaptureFixture[str],
        configured: Path,
        person: Person,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.delenv("AUDITOR_CLIENT_SECRET")
        assert tries_every_access(configured) == NOTHING
        assert person.asked == []
        out = capsys.readouterr().out
        assert "AUDITOR_CLIENT_SECRET is not set" in out
        assert f"Then run: auditor doctor --config {configured}" in out
