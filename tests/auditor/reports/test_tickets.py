"""Tickets are updated by their key, and closed only where a run saw that the cause is gone."""

import csv
import io
import json
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.audit import audit
from auditor.demo.contoso import DECLARED, contoso
from auditor.model import (
    Affected,
    Audit,
    FirstChanges,
    RootCause,
    SharedCause,
    SourceOf,
    Waived,
)
from auditor.process.files import FileNotWritten
from auditor.reports.ticket_files import register
from auditor.reports.ticket_files.imports import AZURE_FILE, COLUMNS, EXPORT
from auditor.reports.ticket_files.register import FILE, Register, key_of, load
from auditor.reports.tickets import INDEX, write_directory
from rules.rule import catalogue
from tests.auditor.random_organisations import made
from tests.auditor.recorded import NOW, READ_AT, Recorded, Told, recorded, request
from tests.auditor.reports.audits import (
    APPROVAL,
    CAUSES,
    FINDINGS,
    ORGANIZATION,
    PROFILE,
    RESULTS,
    audit_of,
    finding,
    hostile,
    mailbox,
    many,
    of_causes,
    result,
    written,
)

OF_PROFILE, OF_MAILBOX = CAUSES
READ = (
    SourceOf("dynamics.mailboxes", "read", 45, 2, "", ""),
    SourceOf("dynamics.emailserverprofiles", "read", 3, 1, "", ""),
)


def night(number: int, *causes: object, **changed: object) -> Audit:
    """The audit of one night, of which the others differ in id and time."""
    day = {"run_id": f"night-{number}", "started_at": f"2026-11-{number:02d}T03:00:00Z"}
    shown = of_causes(*causes) if causes else of_causes(*CAUSES)  # type: ignore[arg-type]
    return audit_of(**{"sources": READ, **day, **shown, **changed})


def fixed(number: int, **changed: object) -> Audit:
    """A night on which the cause of the mailbox is gone."""
    left = tuple(each for each in FINDINGS if each.subject.id != mailbox(1).id)
    return night(number, OF_PROFILE, **{"findings": lambda: iter(left), **changed})


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "tickets"


def register_of(directory: Path, of: Audit) -> Register:
    found = load(directory, of)
    assert found is not None
    return found


def states(directory: Path, of: Audit) -> dict[str, str]:
    return {each.cause.id: each.state for each in register_of(directory, of).tickets}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def page(directory: Path, cause: object = OF_MAILBOX) -> str:
    key = key_of("contoso", cause)  # type: ignore[arg-type]
    return (directory / f"{key}.md").read_text("utf-8")


def test_a_ticket_names_the_proven_change_and_the_list_that_not_all_were_looked_at(
    directory: Path,
) -> None:
    words = "Set Email Approval (emailrouteraccessapproval) to Approved (1). Nothing new fails."
    asked: list[object] = []

    def first_steps(causes: Iterable[RootCause]) -> FirstChanges:
        asked.extend(causes)
        return FirstChanges({OF_MAILBOX.id: words}, ended=True)

    write_directory(night(1, first_steps=first_steps), directory)
    assert asked == list(CAUSES)
    assert "Proven, a step of `auditor plan`: Set Email Approval" in page(directory)
    assert "Proven" not in page(directory, OF_PROFILE)
    told = {each["External ID"]: each["Description"] for each in imported(directory)}
    assert f"Proven: {words}" in told[key_of("contoso", OF_MAILBOX)]
    assert "`auditor plan` looks for those of all causes" in unescaped(directory / INDEX)
    write_directory(fixed(2, first_steps=first_steps), directory)
    assert "Proven" not in page(directory)


def imported(directory: Path) -> list[dict[str, str]]:
    return rows((directory / "tickets.csv").read_text("utf-8"))


def unescaped(path: Path) -> str:
    return path.read_text("utf-8").replace("\\", "")


def test_each_cause_has_a_page_that_says_where_what_and_what_to_do(directory: Path) -> None:
    told = write_directory(night(1), directory)
    assert told == "2 tickets are open; 2 of them new; 0 closed by this run."
    pages = {each.name for each in directory.glob("auditor-*.md")}
    assert pages == {f"{key_of('contoso', each)}.md" for each in CAUSES}
    text = page(directory, OF_PROFILE)
    assert "- State: open since 2026-11-01T03:00:00Z" in text
    assert f"profile Vertrieb Süd]({PROFILE.url})" in text.replace("[profile", "profile")
    assert "1. " + OF_PROFILE.steps[0][:20] in text
    assert "The profile signs in by impersonation." in text
    assert "useimpersonation = true" in text
    assert "mailbox Dan" in text
    index = (directory / INDEX).read_text("utf-8")
    assert "## New (2)" in index
    assert all(stat.S_IMODE(each.stat().st_mode) == 0o600 for each in directory.iterdir())


def test_a_stream_is_the_file_to_import() -> None:
    found = rows(written("tickets", audit_of()))
    assert tuple(found[0]) == COLUMNS
    assert [each["External ID"] for each in found] == [key_of("contoso", each) for each in CAUSES]
    assert {each["Status"] for each in found} == {"Open"}


def test_a_second_run_closes_what_is_gone_and_leaves_the_rest_as_it_is(directory: Path) -> None:
    write_directory(night(1), directory)
    still = directory / f"{key_of('contoso', OF_PROFILE)}.md"
    before = still.stat().st_ino
    told = write_directory(fixed(2), directory)
    assert told == "1 ticket is open; 0 of them new; 1 closed by this run."
    assert states(directory, night(2)) == {OF_PROFILE.id: "open", OF_MAILBOX.id: "closed"}
    assert "- State: closed: the run of 2026-11-02T03:00:00Z" in page(directory)
    assert still.stat().st_ino == before
    assert "## Closed by this run (1)" in (directory / INDEX).read_text("utf-8")
    statuses = {each["Status"] for each in rows((directory / "tickets.csv").read_text("utf-8"))}
    assert statuses == {"Open", "Closed"}


def test_the_same_run_written_again_is_the_same(directory: Path) -> None:
    write_directory(night(1), directory)
    write_directory(fixed(2), directory)
    before = {each.name: each.stat().st_ino for each in directory.iterdir()}
    write_directory(fixed(2), directory)
    assert {each.name: each.stat().st_ino for each in directory.iterdir()} == before


def test_what_comes_back_is_open_again_under_its_key(directory: Path) -> None:
    for each in (night(1), fixed(2), night(3)):
        write_directory(each, directory)
    (again,) = (t for t in register_of(directory, night(3)).tickets if t.cause.id == OF_MAILBOX.id)
    assert (again.state, again.opened) == ("open", "2026-11-01T03:00:00Z")


OPEN = {OF_PROFILE.id: "open", OF_MAILBOX.id: "open"}
LOST = SharedCause(code="dynamics.queues:forbidden", source="dynamics.queues")


def shared_finding(count: int = 40) -> object:
    affected = Affected("mailbox", count, 3, (mailbox(4),))
    return finding(APPROVAL, ORGANIZATION, "undetermined", cause=LOST, affected=affected, shown=[])


@pytest.mark.parametrize(
    "changed",
    [
        {"sources": (replace(READ[0], status="partial", reason="depth"), READ[1])},
        {"sources": (replace(READ[0], reason="Only those named were read."), READ[1])},
        {"rules": tuple(each for each in RESULTS if each.rule.id != APPROVAL)},
        {"findings": lambda: iter((finding(APPROVAL, mailbox(1), "undetermined"),))},
        {"findings": lambda: iter((shared_finding(),))},
        {"rules": (result(APPROVAL, undetermined=1, passed=39),), "findings": lambda: iter(())},
    ],
    ids=["in part", "narrowed", "not asked", "undetermined", "shared cause", "left out"],
)
def test_a_night_that_could_not_judge_it_closes_nothing(
    directory: Path, changed: dict[str, object]
) -> None:
    write_directory(night(1), directory)
    told = write_directory(fixed(2, **changed), directory)
    assert states(directory, night(2)) == OPEN
    assert "1 could not be judged and stay open" in told
    assert "could not judge whether it is still there" in page(directory)


def test_what_a_shared_cause_left_open_before_too_keeps_nothing_open(directory: Path) -> None:
    """Graph was never configured: the cause was shown all the same, so it is about others."""
    shown = (*FINDINGS, shared_finding())
    counts = (result(APPROVAL, fail=1, undetermined=40), *RESULTS[:2])
    write_directory(night(1, findings=lambda: iter(shown), rules=counts), directory)
    left = tuple(each for each in shown if each.subject.id != mailbox(1).id)  # type: ignore[attr-defined]
    write_directory(fixed(2, findings=lambda: iter(left), rules=counts), directory)
    assert states(directory, night(2))[OF_MAILBOX.id] == "closed"


def test_a_lost_night_in_between_is_no_memory_of_what_was_open(directory: Path) -> None:
    write_directory(night(1), directory)
    lost = fixed(2, findings=lambda: iter((shared_finding(),)))
    write_directory(lost, directory)
    write_directory(replace(lost, run_id="night-3", started_at="2026-11-03T03:00:00Z"), directory)
    assert states(directory, night(3))[OF_MAILBOX.id] == "open"


def test_a_waived_cause_gets_no_ticket_and_one_that_has_a_ticket_says_so(directory: Path) -> None:
    waived = replace(OF_MAILBOX, waived=Waived("CHG-7", "2027-03-31"))
    write_directory(night(1, OF_PROFILE, waived), directory)
    assert states(directory, night(1)) == {OF_PROFILE.id: "open"}
    write_directory(night(2), directory)
    write_directory(night(3, OF_PROFILE, waived), directory)
    assert states(directory, night(3))[OF_MAILBOX.id] == "waived"
    assert "waived until 2027-03-31: CHG-7" in page(directory)


def test_causes_beyond_those_that_get_a_ticket_are_counted(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MOST", 20)
    told = write_directory(many(30), directory)
    assert told.startswith("20 tickets are open; 20 of them new")
    assert told.endswith("10 causes further down the list have no ticket yet.")
    assert len(list(directory.glob("auditor-*.md"))) == 20


def test_a_tracker_s_export_gives_rows_its_numbers(directory: Path) -> None:
    write_directory(night(1), directory)
    heads = (directory / AZURE_FILE).read_text("utf-8").splitlines()[0]
    assert heads == '"Work Item Type","Title","Description","Priority","Tags"'
    key = key_of("contoso", OF_MAILBOX)
    (directory / EXPORT).write_text(
        f"ID,Title,Tags\n4711,Approve,{key}; mail\n=1+1,x,{key_of('contoso', OF_PROFILE)}\n"
    )
    write_directory(fixed(2), directory)
    found = rows((directory / AZURE_FILE).read_text("utf-8"))
    assert [(each["ID"], each["Tags"]) for each in found] == [
        ("", key_of("contoso", OF_PROFILE)),
        ("4711", f"{key}; auditor-closed"),
    ]
    (directory / EXPORT).write_text(f"Summary,Issue key,Labels\nApprove,MAIL-12,{key}\n")
    write_directory(fixed(3), directory)
    of_jira = rows((directory / "tickets.csv").read_text("utf-8"))
    assert {each["External ID"]: each["Issue Key"] for each in of_jira}[key] == "MAIL-12"


def test_closed_tickets_go_after_a_while_and_nothing_else_does(directory: Path) -> None:
    write_directory(night(1), directory)
    other = directory / "auditor-notes.md"
    other.write_text("somebody's own")
    write_directory(fixed(2), directory)
    write_directory(fixed(3, started_at="2027-03-01T03:00:00Z"), directory)
    assert states(directory, fixed(3, started_at="2027-03-01T03:00:00Z")) == {OF_PROFILE.id: "open"}
    assert not (directory / f"{key_of('contoso', OF_MAILBOX)}.md").exists()
    assert other.exists()


def edited(directory: Path, **changed: object) -> None:
    path = directory / FILE
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changed}))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"environment": "fabrikam"}, "the tickets of fabrikam"),
        ({"started_at": "2030-01-01T00:00:00Z"}, "of a later run"),
        ({"tickets": [{"key": "../../etc/passwd"}]}, "not what an earlier run wrote"),
        ({"version": "2"}, "not what an earlier run wrote"),
    ],
)
def test_a_register_that_cannot_be_is_refused_and_nothing_is_written(
    directory: Path, changed: dict[str, object], words: str
) -> None:
    write_directory(night(1), directory)
    edited(directory, **changed)
    before = page(directory)
    with pytest.raises(FileNotWritten, match=words):
        write_directory(fixed(2), directory)
    assert page(directory) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("name", [FILE, EXPORT, INDEX, f"{key_of('contoso', OF_MAILBOX)}.md"])
def test_a_pipe_in_the_place_of_a_file_is_refused(directory: Path, name: str) -> None:
    directory.mkdir()
    os.mkfifo(directory / name)
    with pytest.raises(FileNotWritten, match="it is a pipe or a device; remove it"):
        write_directory(night(1), directory)


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tickets"
    path.write_text("somebody's own")
    with pytest.raises(FileNotWritten):
        write_directory(night(1), path)


def test_no_text_of_the_tenant_is_markup(directory: Path) -> None:
    write_directory(hostile(), directory)
    text = "".join(each.read_text("utf-8") for each in directory.glob("*.md"))
    assert not re.search(r"(?<!\\)<script", text)
    assert "](javascript" not in text


few = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


def audited(outside: Recorded, number: int, seed: int) -> Audit:
    asked = replace(
        made(seed).request, run_id=str(number), started_at=f"2026-11-{number}T00:00:00Z"
    )
    return audit(asked, outside, lambda: READ_AT)


@few
@given(st.integers(0, 2**32), st.data())
def test_an_organisation_that_is_the_same_closes_nothing_whatever_is_refused(
    tmp_path_factory: pytest.TempPathFactory, seed: int, data: st.DataObject
) -> None:
    directory = tmp_path_factory.mktemp("tickets") / "of-it"
    outside = made(seed).outside
    source = data.draw(st.sampled_from(sorted(outside.told)))
    lost = data.draw(st.sampled_from([outside.failed, outside.partial]))(source)
    write_directory(audited(outside, 10, seed), directory)
    write_directory(audited(lost, 11, seed), directory)
    found = register_of(directory, audited(lost, 12, seed))
    assert [each.cause.id for each in found.of("closed")] == []


def test_what_is_repaired_is_closed_and_nothing_else(directory: Path) -> None:
    outside = recorded(contoso(now=NOW))
    asked = request(catalogue(), DECLARED)
    before = audit(asked, outside, lambda: READ_AT)
    write_directory(before, directory)
    told = outside.told["dynamics.emailserverprofiles"]
    rows = [replace(row, useautodiscover=True) for row in told.rows]
    repaired = outside.but("dynamics.emailserverprofiles", Told(rows, told.state))
    later = replace(asked, run_id="later", started_at="2026-11-24T03:00:00Z")
    after = audit(later, repaired, lambda: READ_AT)
    write_directory(after, directory)
    gone = {each.id for each in before.causes()} - {each.id for each in after.causes()}
    found = register_of(directory, after)
    assert {each.cause.id for each in found.of("closed")} == gone
    assert any("auto-discover-off" in each for each in gone)


def test_a_key_is_that_of_the_cause_alone() -> None:
    assert key_of("contoso", OF_PROFILE) == key_of("contoso", replace(OF_PROFILE, mailboxes=1))
    assert key_of("contoso", OF_PROFILE) != key_of("fabrikam", OF_PROFILE)
