"""What may fail once the mailboxes are read is the same whether profiles alike are asked or not."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.audit import verdicts_of
from auditor.judging import others
from auditor.judging.judged import Judged
from auditor.judging.others import Others
from auditor.selection import EVERYTHING, Selection, selection_of
from connectors.normalisation.facts import Facts
from rules.evidence import Cause, Evidence
from rules.facts import EmailServerProfile, ProfileUse
from rules.judge import Judge
from rules.rule import Rule, catalogue
from rules.unknown import Unknown, known
from rules.verdict import Fail, Pass, Verdict
from tests.auditor.random_organisations import made

OF_PROFILES = next(each for each in catalogue() if each.subject == "profile")


def ahead(facts: Facts, judge: Judge) -> list[Judged]:
    found = Others(facts, judge, Judge((), judge.edition, judge.shared), EVERYTHING).ahead()
    return sorted(found, key=lambda each: (each.rule.id, each.id))


def weighed(judged: Judged) -> tuple[object, ...]:
    """What keeps a mailbox: who fails how, and not what shows it."""
    verdict = judged.verdict
    cause = getattr(verdict, "cause", None)
    about = [getattr(verdict, each, None) for each in ("effect", "severity", "directions")]
    return judged.rule.id, judged.id, judged.name, type(verdict), cause, *about


def changed(profile: EmailServerProfile, id: str, **changes: object) -> EmailServerProfile:
    alone: Mapping[str, EmailServerProfile] = {
        direction: changed(each, id, **changes) for direction, each in profile.alone.items()
    }
    return replace(profile, id=id, name=f"Copy {id}", alone=alone, **changes)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000))
def test_profiles_that_are_alike_are_told_as_if_each_was_asked(seed: int) -> None:
    organisation = made(seed)
    verdicts, _ = verdicts_of(organisation.request, organisation.outside)
    facts, judge = verdicts.facts, verdicts.judge
    copies = {id + "-copy": changed(each, id + "-copy") for id, each in facts.profiles.items()}
    facts = replace(facts, profiles={**facts.profiles, **copies})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(others, "_alike", lambda profiles: [[each] for each in profiles])
        expected = ahead(facts, judge)
    assert list(map(weighed, ahead(facts, judge))) == list(map(weighed, expected))


def asking(
    check: object, profiles: int, **changes: object
) -> tuple[list[Judged], list[EmailServerProfile]]:
    """What a rule that judges like this says ahead of so many copies of one profile."""
    asked: list[EmailServerProfile] = []

    def counted(profile: EmailServerProfile, use: ProfileUse) -> Verdict:
        asked.append(profile)
        return check(profile)  # type: ignore[operator, no-any-return]

    rule: Rule = replace(
        OF_PROFILES,
        id="asking",
        effect="stops",
        statements=(),
        population="all",
        needs=(("profile", EmailServerProfile), ("use", ProfileUse)),
        check=counted,
    )
    organisation = made(0)
    verdicts, _ = verdicts_of(organisation.request, organisation.outside)
    one = next(iter(verdicts.facts.profiles.values()))
    copies = {str(each): changed(one, str(each), **changes) for each in range(profiles)}
    facts = replace(verdicts.facts, profiles=copies)
    judge = Judge([rule], verdicts.judge.edition, verdicts.judge.shared)
    return ahead(facts, judge), asked


def test_profiles_that_are_alike_are_asked_about_once_for_each_use() -> None:
    found, asked = asking(lambda profile: Fail("No.", ()), 7)
    assert (len(asked), len(found)) == (3, 21)
    assert {each.id for each in found} == set(map(str, range(7)))


def test_what_one_record_leaves_open_is_asked_of_each() -> None:
    shown = (Evidence("dynamics.emailserverprofiles", "p", "statecode", 7, ""),)
    odd = Unknown("Odd.", "Look.", evidence=shown)

    def check(profile: EmailServerProfile) -> Verdict:
        return Pass("On.", ()) if known(profile.active) else Fail("Off.", ())

    found, asked = asking(check, 4, active=odd)
    assert len(found) == 12
    assert len(asked) >= 12


def test_a_cause_that_all_have_is_told_of_all() -> None:
    unread = Unknown("Not read.", "Read.", Cause("source", "dynamics.organizations", "forbidden"))

    def check(profile: EmailServerProfile) -> Verdict:
        return Pass("On.", ()) if known(profile.active) else Fail("Off.", ())

    found, _ = asking(check, 4, active=unread)
    assert {getattr(each.verdict, "cause", None) for each in found} == {unread.cause}
    assert len(found) == 12


class Narrowed(Others):
    """Judges two profiles by a rule that is asked for and by one that is not."""

    def __init__(self, only: Selection) -> None:
        self._only = only
        self._asked: Any = SimpleNamespace(knowing=lambda listings: "asked")
        self._beside: Any = SimpleNamespace(knowing=lambda listings: "beside")

    def _of(self, judge: Any, uses: Any, only: Selection) -> list[Judged]:
        rule: Any = SimpleNamespace(id=judge)
        ids = ["p-1", "p-2"] if only is EVERYTHING else ["p-1"]
        return [Judged(rule, id, "", Fail("No.", ())) for id in ids]


@pytest.mark.parametrize(
    ("only", "reported", "rest"),
    [
        (EVERYTHING, ["asked p-1", "asked p-2"], []),
        (selection_of(["profile:p-1"]), ["asked p-1"], ["asked p-2"]),
    ],
)
def test_what_is_left_out_of_the_report_still_bears_on_mailboxes(
    only: Selection, reported: list[str], rest: list[str]
) -> None:
    found = [
        [f"{each.rule.id} {each.id}" for each in some] for some in Narrowed(only).judged({}, {})
    ]
    assert found == [reported, ["beside p-1", "beside p-2", *rest]]
