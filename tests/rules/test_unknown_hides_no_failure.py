"""Where every value of what is unknown fails, the rule fails, as mildly as the mildest of them.

Over the whole catalogue: in each world that a rule tells apart, each field that it read is given
every value of its domain in turn, and then hidden.
"""

import pytest
from msgspec.structs import replace

from rules.cells import undetermined_for
from rules.edition import load
from rules.facts import EmailServerProfile, Organization, ProfileUse
from rules.judge import Judge
from rules.rule import catalogue
from rules.unknown import Unknown
from rules.verdict import SEVERITIES, Fail, Pass, outcome
from tests.rules import facts
from tests.rules.worlds import (
    WORDS,
    changed,
    domain,
    explore,
    hidden,
    judge,
    may_be_unknown,
)

RULES = {rule.id: rule for rule in catalogue()}

ASKS_OTHER_RULES = {"email-router-as-fallback"}
"""Each of its verdicts costs what theirs do together; they are looked at themselves."""

WORLDS = 60

SOME_OF_ITS_VALUES = WORDS.keys()
"""Fields of which the worlds hold samples: that all of these fail proves nothing."""


def severity(rule, fail):
    return fail.severity or rule.severity


@pytest.mark.parametrize("rule_id", sorted(RULES.keys() - ASKS_OTHER_RULES))
def test_a_failure_for_every_value_is_a_failure_for_none(rule_id):
    rule = RULES[rule_id]
    hiding = {}
    for _, seen in zip(range(WORLDS), explore(rule, WORLDS), strict=False):
        if not isinstance(seen.verdict, Fail):
            continue
        for path in seen.read:
            values = domain(rule, seen.world, path)
            if not may_be_unknown(seen.world, path) or path[-1] in SOME_OF_ITS_VALUES or not values:
                continue
            verdicts = [judge(rule, changed(seen.world, path, each)) for each in values]
            if not all(isinstance(each, Fail) for each in verdicts):
                continue
            mildest = max((severity(rule, each) for each in verdicts), key=SEVERITIES.index)
            without = judge(rule, hidden(seen.world, path))
            if outcome(without) != "fail":
                hiding[path[1:]] = f"{outcome(without)}: {without.message}"
            elif severity(rule, without) != mildest:
                hiding[path[1:]] = f"{severity(rule, without)} instead of {mildest}"
    assert hiding == {}


def of_each_direction(answers):
    """A rule that answers with the unknown protocol, as those on cells of the matrix do."""

    def check(profile: EmailServerProfile, organization: Organization, edition):
        protocol = profile.incoming.protocol
        if isinstance(protocol, Unknown):
            return undetermined_for(protocol, ("CUR-03",))
        return answers(protocol)

    return replace(RULES["unsupported-protocol"], check=check)


def test_a_value_that_no_list_names_is_none_of_the_list():
    """That each listed one fails says nothing of it."""
    rule = of_each_direction(lambda protocol: Fail(f"{protocol.value} fails.", ()))
    odd = Unknown("The value 99 is not known.", "Update.", is_unlisted=True)
    subject = {
        EmailServerProfile: facts.profile(incoming={"protocol": odd}),
        ProfileUse: facts.use(),
    }
    judge = Judge([rule], load("online"), {Organization: facts.organization()})
    verdict = judge.judge(rule, subject)
    assert outcome(verdict) == "undetermined"
    assert verdict.message == odd.reason


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (lambda protocol: Fail(f"{protocol.value} fails.", ()), "fail"),
        (lambda protocol: Fail("It fails.", ()) if protocol.value != "EWS" else Pass("", ()), None),
    ],
)
def test_an_unknown_that_a_rule_answers_with_hides_no_failure_either(answers, expected):
    rule = of_each_direction(answers)
    subject = {
        EmailServerProfile: facts.profile(incoming={"protocol": Unknown("Nobody told.", "Ask.")}),
        ProfileUse: facts.use(),
    }
    verdict = Judge([rule], load("online"), {Organization: facts.organization()}).judge(
        rule, subject
    )
    if expected is None:
        assert outcome(verdict) == "undetermined"
        assert verdict.statements == ("CUR-03",)
        assert verdict.unknown is None, "it is for the judge alone"
    else:
        assert outcome(verdict) == expected
        assert "Nobody told." in verdict.message
