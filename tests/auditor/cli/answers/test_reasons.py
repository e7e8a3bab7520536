"""What `auditor why` asks, and how each part of an explanation is written."""

import json
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.answers import reasons
from auditor.model import MailboxEntry, Subject, Waived
from auditor.running import Judging
from auditor.snapshots import SnapshotError
from auditor.usage import UsageProblem
from auditor.why.answer import Answer, Explanation, Judgement, Known, ToRepair
from rules.evidence import Evidence

MAILBOX = Subject("mailbox", "m1", "Max", "max@contoso.example", "https://contoso.example/m1")
PROFILE = Subject("profile", "p1", "Exchange")
READ = "2026-11-23T03:00:00Z"
EMPTY = Explanation(MAILBOX, (), (), standing="working")


def judgement(outcome: str, rule: str = "a-rule", **changes: Any) -> Judgement:
    values: dict[str, Any] = {
        "title": "A title",
        "severity": "error",
        "message": f"It is {outcome}.",
        "remedy": "Change it.",
        "statements": (),
        "evidence": (),
        "effect": "stops",
    }
    return Judgement(rule=rule, outcome=outcome, **{**values, **changes})


def text(capsys: pytest.CaptureFixture[str], explanation: Explanation, **given: bool) -> list[str]:
    reasons.shown((explanation,), as_json=False, **given)
    return capsys.readouterr().out.splitlines()


def test_the_whole_of_a_mailbox(capsys: pytest.CaptureFixture[str]) -> None:
    evidence = Evidence("dynamics.mailboxes", "m1", "statecode", 7, READ)
    of_profile = Evidence("dynamics.emailserverprofiles", "p1", "name", "x", READ)
    explanation = Explanation(
        MAILBOX,
        (
            Known("active", True, "", "", ()),
            Known("profile.name", "x", "", "", (of_profile,)),
            Known("secret", None, "it is secured", "Grant it.", ()),
            Known("state", "ACTIVE", "", "", (replace(evidence, label="Active"),)),
        ),
        (
            judgement("fail", evidence=(evidence,)),
            judgement("fail", "on-profile", about=PROFILE, effect="degrades", remedy=""),
            judgement("undetermined", "open", severity="note"),
            judgement("pass", "fine"),
            judgement("pass", "well"),
            judgement("not-applicable", "other"),
        ),
        names={"p1": "Exchange"},
        standing="broken",
        to_repair=(
            ToRepair("c1", PROFILE, "Set a to b.", "Unused."),
            ToRepair("c2", MAILBOX, "", "Ask somebody."),
        ),
    )
    assert text(capsys, explanation) == [
        "mailbox Max <max@contoso.example>",
        "https://contoso.example/m1",
        "The mailbox is broken.",
        "",
        "To repair it",
        "1. profile Exchange: Set a to b.",
        "2. mailbox Max <max@contoso.example>: Ask somebody. No change of a setting was",
        "shown to repair this.",
        "",
        "Fails (2)",
        "---------",
        "fail [error] a-rule (stops)",
        "    It is fail.",
        "    dynamics.mailboxes: statecode = 7 (not known to this release) (read",
        "    2026-11-23T03:00:00Z)",
        "    Next: Change it.",
        "fail [error] on-profile on profile Exchange (degrades)",
        "    It is fail.",
        "",
        "Undetermined (1)",
        "----------------",
        "undetermined [note] open",
        "    It is undetermined.",
        "    Next: Change it.",
        "",
        "2 rules pass: fine, well",
        "",
        "1 rules do not apply: other",
        "",
        "Known",
        "-----",
        "active = true",
        "profile.name = x [dynamics.emailserverprofiles Exchange: name = x (read",
        "2026-11-23T03:00:00Z)]",
        "secret: unknown. it is secured",
        "state = Active [dynamics.mailboxes: statecode = 7 (not known to this release)",
        "(read 2026-11-23T03:00:00Z)]",
        "",
    ]


def test_the_least_of_a_mailbox(capsys: pytest.CaptureFixture[str]) -> None:
    assert text(capsys, replace(EMPTY, subject=Subject("mailbox", "m1", "Max"), standing="")) == [
        "mailbox Max",
        "The mailbox is not meant to synchronize.",
        "",
        "Nothing fails.",
        "",
    ]


def test_a_waived_finding_says_until_when_in_place_of_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    waived = judgement("fail", waived=Waived("CHG-1", "2027-03-31"))
    lines = text(capsys, replace(EMPTY, judgements=(waived,)))
    assert "    Waived until 2027-03-31: CHG-1" in lines
    assert not any("Next:" in line for line in lines)
    assert "Nothing fails." not in lines


def test_evidence_on_what_bears_on_it_is_that_of_its_own_record(
    capsys: pytest.CaptureFixture[str],
) -> None:
    of_profile = Evidence("dynamics.emailserverprofiles", "p1", "name", "x")
    found = judgement("fail", about=PROFILE, evidence=(of_profile,))
    lines = text(capsys, replace(EMPTY, judgements=(found,)))
    assert "    dynamics.emailserverprofiles: name = x" in lines


@pytest.mark.parametrize(
    ("value", "labels", "shown"),
    [
        ("ACTIVE", ["Active"], "Active"),
        ("ACTIVE", ["Active", None], "ACTIVE"),
        ("ACTIVE", ["Active", "Other"], "ACTIVE"),
        ("ACTIVE", [None], "ACTIVE"),
        (True, ["Yes"], "true"),
    ],
)
def test_an_option_is_called_as_dynamics_calls_it_where_it_alone_decides(
    capsys: pytest.CaptureFixture[str], value: Any, labels: list[str | None], shown: str
) -> None:
    evidence = tuple(Evidence("s", "m1", f"f{n}", 1, label=each) for n, each in enumerate(labels))
    known = Known("state", value, "", "", evidence)
    lines = text(capsys, replace(EMPTY, facts=(known,)))
    assert lines[lines.index("Known") + 2].startswith(f"state = {shown} [")


class TestBehind:
    """The mailboxes that something other than a mailbox bears on."""

    def lines(
        self, capsys: pytest.CaptureFixture[str], behind: dict[str, int], *mailboxes: MailboxEntry
    ) -> list[str]:
        explanation = Explanation(PROFILE, (), (), behind=behind, mailboxes=mailboxes)
        found = text(capsys, explanation)
        assert found[0] == "profile Exchange"
        assert found[-3:] == ["", "Nothing fails.", ""]
        return found[1:-3]

    def test_nothing_is_said_where_they_were_not_counted(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.lines(capsys, {}) == []

    def test_none_are_none(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.lines(capsys, {"working": 0}) == ["", "Synchronizing mailboxes: none."]

    def test_the_worst_are_named_first_and_the_rest_is_counted(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        named = (
            MailboxEntry("1", "One", "one@x", None, "unsupported", ()),
            MailboxEntry("2", "", "", None, "unknown", ()),
            MailboxEntry("3", "Three", "", None, "broken", ()),
        )
        behind = {"working": 1000, "broken": 2, "unknown": 0, "unsupported": 2}
        assert self.lines(capsys, behind, *named) == [
            "",
            "Synchronizing mailboxes: 1,000 working, 2 broken, 2 unsupported.",
            "- broken: Three",
            "- unknown: 2",
            "- unsupported: One <one@x>",
            "and 1 more",
        ]

    def test_fifty_are_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        named = [MailboxEntry(str(n), f"M{n}", "", None, "broken", ()) for n in range(51)]
        lines = self.lines(capsys, {"broken": 50}, *named[:50])
        assert (len(lines), lines[-1]) == (52, "- broken: M49")
        lines = self.lines(capsys, {"broken": 51}, *named)
        assert lines[-2:] == ["- broken: M49", "and 1 more"]


def test_only_what_fails_is_shown_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    explanation = replace(
        EMPTY,
        facts=(Known("a", 1, "", "", ()),),
        judgements=(judgement("fail"), judgement("undetermined"), judgement("pass")),
    )
    lines = text(capsys, explanation, failing=True)
    assert "Fails (1)" in lines
    assert not any(line.startswith(("Undetermined", "1 rules", "Known")) for line in lines)


def test_as_json_it_is_one_list(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    reasons.shown((EMPTY, EMPTY), as_json=True)
    assert [each["standing"] for each in json.loads(capsysbinary.readouterr().out)] == [
        "working",
        "working",
    ]


class TestAsked:
    """Where the question goes, and what is said where nobody knows."""

    @pytest.fixture(autouse=True)
    def asks(self, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
        """What was asked, and the answer that is given."""
        made = SimpleNamespace(answer=Answer((EMPTY,), ()), calls=[])
        task = SimpleNamespace(request="request", opened=lambda: nullcontext("outside"))

        def noted(name: str, *found: Any) -> Any:
            def call(*given: Any) -> Any:
                made.calls.append((name, *given))
                return found[0] if found else given

            return call

        def why(request: Any, outside: Any, subject: str) -> Answer:
            assert (request, outside) == ("request", "outside")
            if isinstance(made.answer, Exception):
                raise made.answer
            return made.answer

        monkeypatch.setattr(reasons, "why", why)
        monkeypatch.setattr(reasons, "stored_tasks", noted("stored", [task]))
        monkeypatch.setattr(reasons, "live_tasks", noted("live", [task]))
        monkeypatch.setattr(reasons, "load_configuration", noted("load", "configuration"))
        monkeypatch.setattr(reasons, "select", noted("select", "environments"))
        return made

    def ask(self, environment: str | None = None, **given: Any) -> tuple[Explanation, ...]:
        snapshot, config = given.get("snapshot"), given.get("config")
        return reasons.asked("Max", environment, snapshot, config, Judging(), 7.0)

    def test_servers_are_asked_where_no_snapshot_is_named(self, asks: SimpleNamespace) -> None:
        assert self.ask("contoso", config=Path("c")) == (EMPTY,)
        load, select, live = asks.calls
        assert load == ("load", Path("c"))
        assert select == ("select", "configuration", ("contoso",))
        assert live[:3] == ("live", "configuration", "environments")
        options = live[3]
        assert (options.timeout_s, options.quiet, options.history) == (7.0, True, False)
        assert (options.notify, options.verbose, options.new_only) == (False, False, False)

    def test_without_an_environment_the_only_one_is_meant(self, asks: SimpleNamespace) -> None:
        self.ask()
        assert asks.calls[1] == ("select", "configuration", ())

    def test_a_snapshot_is_asked_in_their_place(self, asks: SimpleNamespace) -> None:
        self.ask(snapshot=Path("s"))
        assert asks.calls == [("stored", (Path("s"),), Judging(), None)]

    def test_a_snapshot_may_borrow_a_configuration(self, asks: SimpleNamespace) -> None:
        self.ask(snapshot=Path("s"), config=Path("c"))
        assert asks.calls[1] == ("stored", (Path("s"),), Judging(), "configuration")

    @pytest.mark.parametrize(
        ("answer", "problem"),
        [
            (
                Answer((), ()),
                "no mailbox, profile, user or queue has the name, address or id 'Max'",
            ),
            (
                Answer((), ("dynamics.mailboxes", "dynamics.queues")),
                "Nothing is known of 'Max', and dynamics.mailboxes, dynamics.queues could not be",
            ),
            (
                Answer((), ("dynamics.mailboxes",), (MAILBOX, PROFILE)),
                "'Max' is part of several names; name one of: mailbox Max <max@contoso.example>;"
                " profile Exchange",
            ),
            (SnapshotError("s", "it is cut short", "Take it again."), "s: it is cut short. Take"),
        ],
    )
    def test_what_is_not_known_is_a_wrong_question(
        self, asks: SimpleNamespace, answer: Any, problem: str
    ) -> None:
        asks.answer = answer
        with pytest.raises(UsageProblem) as refused:
            self.ask()
        assert str(refused.value).startswith(problem)
