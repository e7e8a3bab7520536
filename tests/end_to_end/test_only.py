"""`--only` judges what is named, asks for little more, and passes nothing that failed before."""

from pathlib import Path
from typing import Any

import pytest

from tests.auditor.arithmetic import faults
from tests.end_to_end.conftest import Call, call

MAILBOXES = "dynamics.mailboxes"


def found(call: Call) -> dict[str, Any]:
    return {each["fingerprint"]: each for each in call.report["findings"]}


@pytest.fixture(scope="module")
def broken(contoso_run: Call) -> dict[str, Any]:
    """A mailbox of the demo that fails, by its own finding."""
    return next(
        each["subject"]
        for each in contoso_run.report["findings"]
        if each["rule"] == "mailbox-not-approved" and each["verdict"] == "fail"
    )


@pytest.mark.parametrize("text", ["{address}", "{name}", "{id}", "{address}*", "*{address}"])
def test_one_mailbox_is_read_and_judged_alone(
    contoso_toml: Path,
    contoso_run: Call,
    broken: dict[str, Any],
    text: str,
) -> None:
    one = call(
        "run",
        "--config",
        contoso_toml,
        "--only",
        f"mailbox:{text.format(**broken)}",
        "--report",
        "json",
    )
    assert one.code == 1, one.err
    assert faults(one.report) == []
    assert one.report["complete"] is True
    assert one.report["summary"]["mailboxes"] == 1
    own = {each["subject"]["name"] for each in one.report["findings"] if not each["cause"]}
    assert own == {broken["name"]}
    whole = {
        each["rule"]: each["verdict"]
        for each in contoso_run.report["findings"]
        if each["subject"]["id"] == broken["id"]
    }
    alone = {each["rule"]: each["verdict"] for each in one.report["findings"] if not each["cause"]}
    late = {each["rule"] for each in one.report["findings"] if each["cause"]}
    assert {rule: word for rule, word in whole.items() if rule not in late} == alone
    (told,) = (each for each in one.report["sources"] if each["name"] == MAILBOXES)
    assert told["status"] == "read"
    assert told["records"] == 1
    assert "--only" in told["remedy"]
    records = {each["name"]: each["records"] for each in one.report["sources"]}
    assert records["dynamics.systemusers"] + records["dynamics.queues"] == 1


def test_what_needs_every_mailbox_is_open_and_not_passed(dynamics_toml: Path) -> None:
    glob = "mailbox:*@contoso.example"
    rule = ("--rule", "duplicate-address", "--report", "json")
    one = call("run", "--config", dynamics_toml, "--only", glob, *rule)
    assert one.report["summary"]["verdicts"]["pass"] == 0
    causes = {each["cause"]["code"] for each in one.report["findings"] if each["cause"]}
    assert causes <= {f"{MAILBOXES}:narrowed"}


def test_a_mailbox_may_be_named_by_its_owner(dynamics_toml: Path, contoso_run: Call) -> None:
    one = call("run", "--config", dynamics_toml, "--only", "user:*", "--report", "json")
    assert faults(one.report) == []
    assert 0 < one.report["summary"]["mailboxes"] < contoso_run.report["summary"]["mailboxes"]
    queue = call("run", "--config", dynamics_toml, "--only", "queue:*", "--report", "json")
    assert 0 < queue.report["summary"]["mailboxes"] < contoso_run.report["summary"]["mailboxes"]


def test_a_profile_is_judged_as_among_all(contoso_toml: Path, contoso_run: Call) -> None:
    one = call("run", "--config", contoso_toml, "--only", "profile:zoho", "--report", "json")
    assert faults(one.report) == []
    assert {each["subject"]["name"] for each in one.report["findings"]} <= {"Zoho", "Contoso"}
    whole = found(contoso_run)
    assert [each for each in found(one).values() if each["verdict"] == "fail"] != []
    for fingerprint, finding in found(one).items():
        if finding["cause"] is None:
            assert whole[fingerprint]["verdict"] == finding["verdict"]


def test_a_snapshot_is_narrowed_too(contoso_toml: Path, broken: dict[str, Any]) -> None:
    only = ("--only", f"mailbox:{broken['id']}", "--report", "json")
    rule = ("--rule", "mailbox-not-approved")
    call("run", "--config", contoso_toml, "--snapshot", "all.snapshot", *rule)
    replay = call("replay", "all.snapshot", *rule, *only)
    assert replay.code == 1
    assert [each["subject"]["id"] for each in replay.report["findings"]] == [broken["id"]]
    narrow = call("run", "--config", contoso_toml, "--snapshot", "one.snapshot", *rule, *only)
    again = call("replay", "one.snapshot", *rule, "--report", "json")
    assert found(again).keys() == found(narrow).keys()
    assert again.report["summary"]["mailboxes"] == 1


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (("anna",), "KIND:GLOB"),
        (("mail:anna",), "mailbox"),
        (("mailbox:",), "KIND:GLOB"),
        (("mailbox:a*", "profile:b*"), "not both"),
    ],
)
def test_what_names_nothing_is_refused(
    dynamics_toml: Path, asked: tuple[str, ...], word: str
) -> None:
    options = [part for each in asked for part in ("--only", each)]
    run = call("run", "--config", dynamics_toml, *options)
    assert (run.code, run.out) == (2, "")
    assert word in run.err


def test_a_name_that_nobody_has_is_told(dynamics_toml: Path) -> None:
    run = call("run", "--config", dynamics_toml, "--only", "mailbox:nobody@nowhere.example")
    assert run.code == 2
    assert "names nothing" in run.err


def test_where_nothing_is_named_no_report_is_written(dynamics_toml: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    nobody = ("--only", "mailbox:nobody@nowhere.example")
    run = call("run", "--config", dynamics_toml, *nobody, "--report", f"json={path}")
    assert run.code == 2
    assert not path.exists()


def test_the_standing_of_one_mailbox_is_that_of_the_whole_audit(contoso_toml: Path) -> None:
    whole = call("run", "--config", contoso_toml, "--report", "json").report
    switched_off = next(
        each
        for each in whole["causes"]
        if each["rules"] == ["inactive-profile-in-use"] and each["mailboxes"]
    )
    (entry,) = (each for each in whole["mailboxes"] if switched_off["id"] in each["causes"])
    one = call(
        "run", "--config", contoso_toml, "--only", f"mailbox:{entry['id']}", "--report", "json"
    ).report
    (alone,) = one["mailboxes"]
    assert (alone["standing"], alone["id"]) == (entry["standing"], entry["id"])
    assert switched_off["id"] in alone["causes"]
    assert switched_off["id"] in {each["id"] for each in one["causes"]}
