"""No rule passes, or keeps silent, by not knowing: shown for every rule, fact and field.

Each rule is walked through the worlds that it distinguishes. In each of them every field that it
read is hidden in turn, and every fact as a whole. What it then says must hold whatever the hidden
value is.
"""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.edition import Edition
from rules.facts import Fact
from rules.judge import Judge
from rules.rule import catalogue
from rules.unknown import Unknown
from rules.verdict import Fail, Pass, outcome
from tests.rules.facts import MISSING
from tests.rules.worlds import (
    THRESHOLDS,
    Seen,
    domain,
    explore,
    hidden,
    judge,
    look,
    may_be_unknown,
    optional_needs,
    starts,
    value_at,
    worlds,
)
from tests.rules.worlds import changed as with_value

RULES = {rule.id: rule for rule in catalogue()}

WORLDS = 100
"""So many worlds are looked at for each rule, and as many more as it takes to see both sides."""

MOST = 800

COMPOSED = {"email-router-as-fallback"}
"""Asks all the other rules, so that each of its verdicts costs what theirs do together."""

A_DECLARATION_DECIDES = {
    "email-router-as-fallback": "it asks the rules below",
    "manual-tracking-over-pop3": "online the add-in is gone, whatever is declared",
    "mass-email-campaigns": "no campaign email was looked for",
    "multi-factor-authentication": "no policy was read, or nothing was declared",
    "packet-inspection": "no certificate was seen",
}
"""Rules in which what is declared decides, and what was read can only contradict it.

There, and only there, a pass may become undetermined once more is known; never a fail.
"""

ANOTHER_FAILS_INSTEAD = {"never-synchronized": "mailbox-never-tested"}
"""Rules whose failure holds whatever the hidden value is: where they are silent, that one fails."""

SILENT = "the test hid it"


def walk(rule_id):
    """The worlds of one rule; stops once enough were seen, a pass and a fail among them."""
    met = set()
    enough = 12 if rule_id in COMPOSED else WORLDS
    for number, seen in enumerate(explore(RULES[rule_id], MOST), 1):
        yield number <= enough, seen
        met.add(outcome(seen.verdict))
        if number >= enough and {"pass", "fail"} <= met:
            return


def unsound(rule, told, without, world):
    """Why the verdict without a value does not hold with that value; None where it holds."""
    fine = {
        "undetermined": {"pass", "fail", "undetermined", "not-applicable"},
        "pass": {"pass", "not-applicable"},
        "not-applicable": {"pass", "not-applicable", "undetermined"},
        "fail": {"fail", "undetermined"},
    }[outcome(without)]
    if outcome(told) in fine:
        return None
    if rule.id in A_DECLARATION_DECIDES and (outcome(without), outcome(told)) == (
        "pass",
        "undetermined",
    ):
        return None
    instead = ANOTHER_FAILS_INSTEAD.get(rule.id, "")
    if (
        outcome(without) == "fail"
        and instead
        and f"{instead} judges that" in told.message
        and outcome(judge(RULES[instead], world)) == "fail"
    ):
        return None
    return f"{outcome(without)} ({without.message}) becomes {outcome(told)} ({told.message})"


@pytest.mark.parametrize("rule_id", RULES)
def test_a_hidden_value_never_lets_a_rule_pass_or_go_silent(rule_id):
    rule = RULES[rule_id]
    faults = {}
    outcomes = set()
    for in_full, seen in walk(rule_id):
        outcomes.add(outcome(seen.verdict))
        if not in_full:
            continue
        for path in _paths(rule_id, seen):
            without = judge(rule, hidden(seen.world, path))
            fault = unsound(rule, seen.verdict, without, seen.world)
            if fault is not None:
                faults[path[1:]] = fault
        for need in optional_needs(rule):
            without = judge(rule, {**seen.world, need: MISSING})
            fault = unsound(rule, seen.verdict, without, seen.world)
            if fault is not None:
                faults[need] = fault
    assert faults == {}
    assert {"pass", "fail"} <= outcomes, "the walk met no world of one side"


def _paths(rule_id, seen):
    paths = [path for path in seen.read if may_be_unknown(seen.world, path)]
    if rule_id in COMPOSED:
        return random.Random(rule_id).sample(paths, min(len(paths), 25))
    return paths


@pytest.mark.parametrize("rule_id", sorted(RULES.keys() - COMPOSED))
def test_a_verdict_shows_what_it_rests_on(rule_id):
    rule = RULES[rule_id]
    for number, seen in enumerate(explore(rule, WORLDS)):
        verdict = seen.verdict
        in_force = {each for each in rule.statements if each in seen.world[Edition]}
        assert set(getattr(verdict, "statements", None) or ()) <= in_force, number
        assert verdict.message
        if isinstance(verdict, Pass | Fail):
            assert verdict.evidence, verdict.message
            assert in_force or not rule.statements


@pytest.mark.parametrize("rule_id", sorted(RULES.keys() - COMPOSED))
def test_a_verdict_shows_every_value_that_alone_could_turn_it(rule_id):
    """A pass into a fail, and a fail into a pass.

    But those of listings, of which one record stands for all, and the deployment.
    """
    rule = RULES[rule_id]
    unshown = set()
    for _, seen in zip(range(30), explore(rule, 30), strict=False):
        other = {Pass: Fail, Fail: Pass}.get(type(seen.verdict))
        if other is None:
            continue
        for path in seen.read:
            if any(isinstance(step, int) for step in path) or path[-1] == "deployment":
                continue
            own = value_at(seen.world, path[:-1]).origins.get(path[-1], ())
            shown = set(own) & set(seen.verdict.evidence)
            if not shown and _may_become(other, rule, seen.world, path):
                unshown.add(path[1:])
    assert unshown == set()


def _may_become(other, rule, world, path):
    values = (each for each in domain(rule, world, path) if not isinstance(each, Fact))
    return any(isinstance(judge(rule, with_value(world, path, each)), other) for each in values)


@pytest.mark.parametrize("rule_id", sorted(RULES.keys() - COMPOSED))
def test_a_hidden_value_that_matters_is_named_as_the_reason(rule_id):
    rule = RULES[rule_id]
    for _, seen in zip(range(30), explore(rule, 30), strict=False):
        if outcome(seen.verdict) == "undetermined":
            continue
        for path in _paths(rule_id, seen):
            without = judge(rule, hidden(seen.world, path))
            if outcome(without) == "undetermined":
                if without.cause is not None and without.cause.code == "of-another-tenant":
                    # Of a tenant that nobody read more is open than the value: that is told.
                    continue
                assert without.message.startswith(SILENT), path
                assert without.remedy == MISSING.remedy
                assert without.cause == MISSING.cause


@pytest.mark.parametrize("rule_id", [rule.id for rule in catalogue() if rule.statements])
def test_without_an_edition_a_rule_on_the_support_document_is_undetermined(rule_id):
    rule = RULES[rule_id]
    asked = Judge([rule], MISSING, {type(THRESHOLDS): THRESHOLDS})
    verdict = asked.judge(rule, worlds()[0])
    assert outcome(verdict) == "undetermined"


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(RULES.keys() - COMPOSED)),
    st.integers(0, 10_000),
    st.randoms(use_true_random=False),
)
def test_any_number_of_hidden_values_never_lets_a_rule_pass(rule_id, start, chance):
    """From a world reached by random steps: some fields hidden together, then told again."""
    rule = RULES[rule_id]
    beginnings = starts(rule)
    seen = look(rule, beginnings[start % len(beginnings)])
    for _ in range(chance.randint(0, 8)):
        seen = _step(rule, seen, chance)
    paths = [path for path in seen.read if may_be_unknown(seen.world, path)]
    hiding = seen.world
    for path in chance.sample(paths, min(len(paths), chance.randint(1, 4))):
        if _is_there(hiding, path):
            hiding = hidden(hiding, path)
    without = judge(rule, hiding)
    fault = unsound(rule, seen.verdict, without, seen.world)
    assert fault is None, fault


def _is_there(world, path):
    """Whether nothing on the way to the field was hidden before."""
    return all(
        not isinstance(value_at(world, path[:length]), Unknown | None)
        for length in range(1, len(path))
    )


def _step(rule, seen, chance) -> Seen:
    if not seen.read:
        return seen
    path = chance.choice(seen.read)
    values = domain(rule, seen.world, path)
    return look(rule, with_value(seen.world, path, chance.choice(values))) if values else seen
