"""A few mailboxes stand for all of their group: together they weigh as much as it has mailboxes."""

import pytest

from auditor.audit import verdicts_of
from auditor.demo.contoso import DECLARED, contoso
from auditor.judging.judge_all import Verdicts
from auditor.plan.trying.stand_ins import MOST_ALIKE, StandIns
from rules.rule import catalogue
from tests.auditor.recorded import NOW, recorded, request


@pytest.fixture(scope="module")
def verdicts() -> Verdicts:
    return verdicts_of(request(catalogue(), DECLARED), recorded(contoso(4000, NOW)))[0]


@pytest.fixture(scope="module")
def stand_ins(verdicts: Verdicts) -> StandIns:
    return StandIns(verdicts)


def test_they_weigh_as_much_as_their_group(verdicts: Verdicts, stand_ins: StandIns) -> None:
    groups = [each for each in verdicts.groups if each.count]
    assert groups
    for group in groups:
        own = stand_ins.of(group.number)
        assert sum(each.weight for each in own) == group.count
        assert 1 <= len(own) <= MOST_ALIKE


def test_some_group_has_more_mailboxes_than_stand_for_it(
    verdicts: Verdicts, stand_ins: StandIns
) -> None:
    of_many = [
        stand_ins.of(group.number)
        for group in verdicts.groups
        if group.kept and group.count > MOST_ALIKE
    ]
    assert of_many
    assert {len(own) for own in of_many} == {MOST_ALIKE}
    assert all(own[0].weight > 1 for own in of_many)
    assert {each.weight for own in of_many for each in own[1:]} == {1}


def test_the_group_of_one_is_told_by_its_id(verdicts: Verdicts, stand_ins: StandIns) -> None:
    for group in verdicts.groups:
        if group.count:
            ids = [each.row.mailboxid for each in stand_ins.of(group.number)]
            assert {stand_ins.group_of(id) for id in ids} == {group.number}
    assert stand_ins.group_of("no-such-mailbox") is None
