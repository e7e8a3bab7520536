"""Every format tells the same numbers of one audit, and all that name mailboxes name the same."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest

from auditor.model import Audit
from auditor.reports import formats
from auditor.reports.shared.headline import headline
from auditor.why.why import why
from tests.auditor import rows
from tests.auditor.one_fault_each import FAULTS, World, audited, made, merged
from tests.auditor.reports.audits import written

NUMBERS = {"synchronizing": 10, "working": 3, "unsupported": 4, "broken": 2, "unknown": 1}
BY_PROFILE = "of-inactive"
"""A mailbox in which nothing is wrong but its profile, which is inactive."""

KIND, UNSUPPORTED = (
    FAULTS["exchange-server-end-of-support"].kind,
    FAULTS["exchange-server-end-of-support"].breaks,
)
WORLD = merged(
    UNSUPPORTED,
    World(
        profiles=(rows.profile("profile-3", name="Closed", statecode=1),),
        more=(
            rows.mailbox(BY_PROFILE, profile="profile-3"),
            rows.mailbox("sound-1", profile="profile-2"),
            rows.mailbox("sound-2", profile="profile-2"),
            rows.mailbox("open", profile="profile-2", incomingemailstatus=None),
        ),
    ),
)
TITLE = "Mailboxes synchronize over an inactive email server profile"
CAUSE = "profile:profile-3:inactive-profile-in-use"

SENTENCE = re.compile(
    r"(?P<synchronizing>\d+) mailboxes are meant to synchronize: (?P<working>\d+) work, "
    r"(?P<unsupported>\d+) work .*?unsupported.*?, (?P<broken>\d+) (?:is|are) broken, "
    r"(?P<unknown>\d+) unknown"
)


@cache
def audit() -> Audit:
    return audited(KIND, WORLD)


@cache
def text_of(format: str) -> str:
    return written(format, audit())


def test_no_format_is_left_out_but_those_of_single_events_and_of_causes() -> None:
    assert set(formats()) == {*TOLD, *NAMING, "ocsf", "tickets"}


def in_words(text: str) -> dict[str, int]:
    """The numbers of the sentence that answers, whichever way its lines are broken."""
    found = SENTENCE.search(" ".join(text.split()))
    assert found is not None, text[:400]
    return {name: int(value) for name, value in found.groupdict().items()}


def of_prometheus(text: str) -> dict[str, int]:
    states = re.findall(r'auditor_mailboxes\{.*?state="([a-z-]+)"\} (\d+)', text)
    found = {state: int(value) for state, value in states if state in NUMBERS}
    return {"synchronizing": sum(found.values()), **found}


def of_html(text: str) -> dict[str, int]:
    cards = re.findall(r'<li class="card (\w+)">.*?<span class="value">(\d+)</span>', text)
    found = {name.replace("works", "working"): int(value) for name, value in cards}
    assert in_words(text) == {"synchronizing": sum(found.values()), **found}
    return {"synchronizing": sum(found.values()), **found}


def of_json(text: str) -> dict[str, int]:
    """Of the whole report, or of the line of a JSON Lines report that tells the run."""
    first = text if text.startswith('{"schema_version"') else text.partition("\n")[0]
    standing = json.loads(first)["summary"]["standing"]
    return {name: standing[name] for name in NUMBERS}


def of_sarif(text: str) -> dict[str, int]:
    standing = json.loads(text)["runs"][0]["properties"]["standing"]
    return {name: standing[name] for name in NUMBERS}


TOLD: dict[str, Callable[[str], dict[str, int]]] = {
    "terminal": in_words,
    "markdown": in_words,
    "html": of_html,
    "json": of_json,
    "jsonl": of_json,
    "junit": in_words,
    "sarif": of_sarif,
    "prometheus": of_prometheus,
}


@pytest.mark.parametrize("format", TOLD)
def test_a_format_with_an_answer_tells_the_same_numbers(format: str) -> None:
    assert TOLD[format](text_of(format)) == NUMBERS


def test_the_sentence_stands_first() -> None:
    for format in ("terminal", "markdown"):
        first = " ".join(text_of(format).split("\n\n")[0].split())
        assert first.removeprefix("# ") == headline(audit())


NAMING = ["json", "jsonl", "csv", "worklist", "html"]


def listed(format: str) -> dict[str, str]:
    """The mailboxes that a format names as not simply working, with how they stand."""
    text = text_of(format)
    if format == "json":
        return {each["id"]: each["standing"] for each in json.loads(text)["mailboxes"]}
    if format == "jsonl":
        lines = map(json.loads, text.splitlines())
        return {each["id"]: each["standing"] for each in lines if each["type"] == "mailbox"}
    if format == "html":
        found = re.findall(r'<li class="row (\w+)"><details><summary><span><b>(.*?)</b>', text)
        return {name: standing for standing, name in found}
    lines_of = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    of_mailboxes = [each for each in lines_of if format == "worklist" or not each["rule"]]
    return {each["id"]: each["standing"] for each in of_mailboxes if each["standing"]}


@pytest.mark.parametrize("format", NAMING)
def test_a_format_that_names_mailboxes_names_as_many_as_the_answer_counts(format: str) -> None:
    found = listed(format)
    assert found == {each.id: each.standing for each in audit().mailboxes()}
    counts = Counter(found.values())
    assert {name: counts[name] for name in ("unsupported", "broken", "unknown")} == {
        name: NUMBERS[name] for name in ("unsupported", "broken", "unknown")
    }


def causes_of(format: str) -> set[str]:
    """What stops the mailbox that is broken only by its profile, as a format tells it."""
    text = text_of(format)
    if format in ("json", "jsonl"):
        found = (
            json.loads(text)
            if format == "json"
            else {"mailboxes": map(json.loads, text.splitlines())}
        )
        (entry,) = (each for each in found["mailboxes"] if each.get("id") == BY_PROFILE)
        return set(entry["causes"])
    if format == "html":
        (row,) = re.findall(
            rf'<li class="row broken"><details><summary><span><b>{BY_PROFILE}</b>.*?</li>',
            text,
            re.S,
        )
        return {CAUSE} if '<span class="on">Closed</span>' in row and TITLE in row else set()
    lines_of = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if format == "worklist":
        of_it = [each for each in lines_of if each["id"] == BY_PROFILE]
        return {
            CAUSE for each in of_it if each["where"] == "profile Closed" and each["repairs"] == "1"
        }
    (line,) = (each for each in lines_of if each["id"] == BY_PROFILE and not each["rule"])
    return set(line["causes"].split())


@pytest.mark.parametrize("format", NAMING)
def test_a_mailbox_that_only_its_profile_breaks_is_found(format: str) -> None:
    assert listed(format)[BY_PROFILE] == "broken"
    assert CAUSE in causes_of(format)


def test_why_finds_it_too() -> None:
    (found,) = why(*made(KIND, WORLD), BY_PROFILE).explanations
    first = found.judgements[0]
    assert (found.standing, first.rule) == ("broken", "inactive-profile-in-use")
    assert first.about is not None
    assert first.about.name == "Closed"
    (profile,) = why(*made(KIND, WORLD), "profile:Closed").explanations
    assert [each.id for each in profile.mailboxes] == [BY_PROFILE]


REPAIRS, MAILBOXES = 4, 5
FIRST_IN = {
    "terminal": f"with its repair {REPAIRS} work",
    "markdown": f"| unsupported | {REPAIRS} | {MAILBOXES} |",
    "html": f"repairs {REPAIRS} mailboxes",
    "json": f'"mailboxes":{MAILBOXES},"repairs":{REPAIRS}',
    "jsonl": f'"mailboxes":{MAILBOXES},"repairs":{REPAIRS}',
    "sarif": f'"repairs":{REPAIRS}',
    "prometheus": f'auditor_first_cause_repairs{{environment="contoso"}} {REPAIRS}',
    "tickets": f'"{MAILBOXES}","{REPAIRS}"',
    "worklist": f'"profile profile-1","{REPAIRS}","{MAILBOXES}"',
}


@pytest.mark.parametrize("format", FIRST_IN)
def test_what_the_first_cause_repairs_is_the_same_everywhere(format: str) -> None:
    first = next(iter(audit().causes()))
    assert (first.repairs, first.mailboxes) == (REPAIRS, MAILBOXES)
    assert FIRST_IN[format] in " ".join(text_of(format).split())
