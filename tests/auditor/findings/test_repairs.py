"""What causes repair, and their order, beside a recount that knows nothing of how they are found.

A cause keeps a mailbox from working where the mailbox does not work although every other cause is
repaired. Everything else follows from these sets. Each mailbox has a configuration of its own
here, so that what is wrong with its record can be repaired without touching another.
"""

from collections import Counter
from collections.abc import Collection, Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.audit import verdicts_of
from auditor.findings.causes import Causes
from auditor.findings.findings import Findings
from auditor.findings.standing import Standings
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import Bearing, weight_of
from auditor.judging.judge_all import Verdicts
from auditor.model import RootCause
from auditor.request import Request
from connectors.normalisation.mailbox.configurations import Mailboxes
from rules.rule import catalogue
from rules.verdict import EFFECTS, SEVERITIES, Fail, NotApplicable
from tests.auditor import random_organisations
from tests.auditor.one_fault_each import FAULTS, Kind, World, made, merged
from tests.auditor.recorded import Recorded
from tests.auditor.test_random_organisations import each_its_own

RULES = {each.id: each for each in catalogue()}
REPAIRED = NotApplicable("Repaired.")


class Organisation:
    """The verdicts on one organisation, from which any causes can be taken."""

    def __init__(self, request: Request, outside: Recorded) -> None:
        self.request = request
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Mailboxes, "intern", each_its_own)
            self.verdicts, _ = verdicts_of(request, outside)
        standings = self._standings(self.verdicts)
        self.causes = list(Causes(standings).in_order())
        self.summary = standings.summary()
        self._subjects = self._findings(self.verdicts).subjects

    def not_working(self, left: Collection[RootCause]) -> frozenset[str]:
        """The synchronizing mailboxes that do not work while these causes are left."""
        standings = self._standings(self._with(left))
        return frozenset(each.id for each in standings.mailboxes())

    def doubtful(self) -> frozenset[str]:
        """The mailboxes of which a failure is only inferred, and may yet be contradicted.

        Nobody knows whether it keeps them from working, so that nothing is said to repair them.
        """
        bearing = self.verdicts.bearing
        found = set()
        for group in self.verdicts.groups:
            mailbox = group.configuration.mailbox
            if not group.count or mailbox.synchronizing is not True:
                continue
            on = set(bearing.subjects(group.configuration))
            asked = [(RULES[id], verdict) for id, verdict in group.verdicts.items()]
            for each in bearing.judged:
                subject = self._subjects.of(each)
                if (subject.kind, subject.id) in on:
                    asked.append((each.rule, each.verdict))
            if any(
                isinstance(verdict, Fail)
                and weight_of(rule, verdict)
                and bearing.may_be_contradicted(rule, verdict, mailbox, bearing.shown(mailbox))
                for rule, verdict in asked
            ):
                found.add(group.example.row.mailboxid)
        return frozenset(found)

    def _findings(self, verdicts: Verdicts) -> Findings:
        waivers = Waivers((), self.request.environment, self.request.as_of)
        return Findings(self.request.environment, self.request.url, verdicts, waivers)

    def _standings(self, verdicts: Verdicts) -> Standings:
        return Standings(verdicts, self._findings(verdicts))

    def _with(self, left: Collection[RootCause]) -> Verdicts:
        """The verdicts, of whose failures only those of these causes are left."""
        stays = {(each.subject.kind, each.subject.id, rule) for each in left for rule in each.rules}
        all = {
            (each.subject.kind, each.subject.id, rule)
            for each in self.causes
            for rule in each.rules
        }
        gone = all - stays
        judged = []
        for each in self.verdicts.bearing.judged:
            subject = self._subjects.of(each)
            is_gone = (subject.kind, subject.id, each.rule.id) in gone
            judged.append(replace(each, verdict=REPAIRED) if is_gone else each)
        groups = [
            replace(
                group,
                verdicts={
                    id: REPAIRED
                    if group.count and ("mailbox", group.example.row.mailboxid, id) in gone
                    else verdict
                    for id, verdict in group.verdicts.items()
                },
            )
            for group in self.verdicts.groups
        ]
        bearing = Bearing(self.verdicts.facts, self.request.thresholds, judged)
        others = judged[: len(self.verdicts.others)]
        return replace(self.verdicts, groups=groups, others=others, bearing=bearing)


def keeping(organisation: Organisation) -> dict[str, set[str]]:
    """Of each mailbox that can be made to work: the causes that keep it from it."""
    causes = organisation.causes
    hopeless = beyond_repair(organisation)
    found: dict[str, set[str]] = {}
    for cause in causes:
        for id in organisation.not_working([cause]) - hopeless:
            found.setdefault(id, set()).add(cause.id)
    return found


def beyond_repair(organisation: Organisation) -> frozenset[str]:
    """The mailboxes of which it is not known that they work when every cause is repaired."""
    return organisation.not_working([]) | organisation.doubtful()


def check(organisation: Organisation) -> None:
    causes, summary = organisation.causes, organisation.summary
    kept = keeping(organisation)
    hopeless = beyond_repair(organisation)
    standing = (summary.working, summary.broken, summary.unknown, summary.unsupported)
    assert sum(standing) == summary.synchronizing
    assert summary.synchronizing - summary.working == len(kept) + len(hopeless)
    alone = Counter(next(iter(ids)) for ids in kept.values() if len(ids) == 1)
    assert {each.id: each.repairs for each in causes if each.repairs} == alone
    check_order(causes, list(kept.values()))


def check_order(causes: Sequence[RootCause], left: list[set[str]]) -> None:
    """Each next cause makes the most work, or is of a smallest set; the rest goes by gravity."""
    while left:
        (cause, *causes) = causes
        gains = Counter(next(iter(ids)) for ids in left if len(ids) == 1)
        if gains:
            assert gains[cause.id] == max(gains.values()), cause
        else:
            smallest = min(map(len, left))
            assert any(cause.id in ids for ids in left if len(ids) == smallest), cause
        left = [rest for ids in left if (rest := ids - {cause.id})]
    effects = tuple(EFFECTS)
    ranks = [
        (effects.index(each.effect), SEVERITIES.index(each.severity), -each.mailboxes)
        for each in causes
    ]
    assert ranks == sorted(ranks)


@st.composite
def several_faults(draw: st.DrawFn) -> tuple[Kind, tuple[str, ...]]:
    """Faults of profiles, mail servers, the tenant and the organisation, several at once."""
    kind = draw(st.sampled_from(sorted({each.kind for each in FAULTS.values()})))
    of_kind = sorted(id for id, each in FAULTS.items() if each.kind == kind)
    return kind, tuple(draw(st.lists(st.sampled_from(of_kind), min_size=2, max_size=5)))


few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(several_faults())
def test_faults_that_meet_on_mailboxes_repair_what_a_recount_finds(
    faults: tuple[Kind, tuple[str, ...]],
) -> None:
    kind, ids = faults
    world = World()
    for id in ids:
        world = merged(world, merged(FAULTS[id].beside, FAULTS[id].breaks))
    check(Organisation(*made(kind, world)))


@few
@given(st.integers(0, 2**32))
@example(587)  # Mailboxes of which one failure is only inferred, and nothing contradicts it.
def test_in_an_organisation_made_by_chance_too(seed: int) -> None:
    organisation = random_organisations.made(seed)
    check(Organisation(organisation.request, organisation.outside))
