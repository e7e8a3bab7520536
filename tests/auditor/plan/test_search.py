"""What a search tries, in which order, when it is content, and what it never tries."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Subject
from auditor.plan import search as module
from auditor.plan.candidates import CANDIDATES, DEFAULT, MOVE, SERVER_TO_SERVER, Candidate
from auditor.plan.search import PLACED, Aim, Search, SearchEnded, keys_of
from auditor.plan.trying.effects import Effect
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from rules.email_systems import Protocol
from rules.verdict import Fail, Pass, Undetermined
from tests.auditor import rows

PROFILES = "dynamics.emailserverprofiles"
RULE = "connection-time-out-unsuitable"
FIRST, SECOND = CANDIDATES[RULE]
TARGET = (RULE, "profile", "p-1")
NOTHING = Effect(frozenset(), frozenset(), frozenset(), {}, 0, 0, 0)
REPAIRS = replace(NOTHING, cleared=frozenset([TARGET]), repairs=3)
AIM = Aim((RULE,), Subject("profile", "p-1"), frozenset([TARGET]), profile="p-1", most=3)
OWN = rows.profile("p-1", timeoutmailboxconnection=False, timeoutmailboxconnectionafteramount=5)


def verdict(of: Any, id: str = "p-1", rule: str = RULE) -> Any:
    return SimpleNamespace(rule=SimpleNamespace(id=rule, subject="profile"), id=id, verdict=of)


class Bench:
    """A bench that answers what it was told, by the columns and values of the edits."""

    def __init__(self, records: Sequence[ProfileRow] = (OWN,)) -> None:
        self.judged = 0
        self.asked: list[tuple[Any, ...]] = []
        self.groups: list[tuple[int, ...]] = []
        self.effects: dict[tuple[Any, ...], Effect] = {}
        self.fails: set[tuple[Any, ...]] = set()
        self.ended: dict[str, Any] = {}
        self.rules: dict[str, Any] = {}
        self.before = SimpleNamespace(groups=[])
        profile = SimpleNamespace(is_default=False, incoming=SimpleNamespace(protocol=Protocol.EWS))
        reading = SimpleNamespace(records=[(each, "") for each in records])
        organization = SimpleNamespace(records=[(rows.organization(), "")])
        self.verdicts = SimpleNamespace(
            facts=SimpleNamespace(
                profiles={"p-1": profile},
                readings={PROFILES: reading, "dynamics.organizations": organization},
            )
        )
        self.rows: list[Any] = []

    def stand_ins(self, number: int) -> list[Any]:
        return [SimpleNamespace(row=row) for row in self.rows]

    def targets(self, own: str | None) -> list[Any]:
        return [SimpleNamespace(id=each) for each in ("p-8", "p-9") if each != own]

    def tried(self, edits: Any, groups: Any, *, rules: Any = None, within: Any = None) -> Any:
        key = tuple((each.column.name, each.value) for each in edits)
        if rules is not None:
            self.asked.append((key, tuple(sorted(rules)), within))
            self.groups.append(groups)
            failing = Fail("", ()) if key in self.fails else Pass("", ())
            return SimpleNamespace(others=[verdict(failing)], ended_in=self.ended)
        return SimpleNamespace(effect=self.effects.get(key, NOTHING), groups=groups, key=key)


@pytest.fixture(autouse=True)
def _effects(monkeypatch):
    monkeypatch.setattr(module, "effect_of", lambda bench, world: world.effect)


@pytest.fixture
def bench():
    made = Bench()
    made.rules = {RULE: SimpleNamespace(repair=RULE), "test": SimpleNamespace(repair="test")}
    made.before.groups = [SimpleNamespace(count=1, configuration=SimpleNamespace(profile_id="p-1"))]
    return made


ONE, TWO = (FIRST.column, FIRST.value), (SECOND.column, SECOND.value)


def tried(bench: Bench) -> list[tuple[Any, ...]]:
    return [key for key, _, _ in bench.asked]


class TestSmallest:
    def test_one_change_that_repairs_as_much_as_can_be_is_enough(self, bench):
        bench.effects[ONE,] = REPAIRS
        found = Search(bench).smallest(AIM)
        assert found is not None
        assert found.candidates == ((FIRST, "p-1"),)
        assert found.effect == REPAIRS
        assert tried(bench) == [(ONE,)]

    def test_of_several_the_one_that_repairs_most(self, bench):
        bench.effects[ONE,] = replace(REPAIRS, repairs=1)
        bench.effects[TWO,] = replace(REPAIRS, repairs=2)
        found = Search(bench).smallest(AIM)
        assert found is not None
        assert found.candidates == ((SECOND, "p-1"),)
        assert tried(bench) == [(ONE,), (TWO,)]

    def test_two_are_tried_together_where_none_repairs_alone(self, bench):
        bench.effects[ONE, TWO] = REPAIRS
        found = Search(bench).smallest(AIM)
        assert found is not None
        assert [each for each, _ in found.candidates] == [FIRST, SECOND]
        assert tried(bench) == [(ONE,), (TWO,), (ONE, TWO)]

    def test_none_is_found_where_none_repairs(self, bench):
        assert Search(bench).smallest(AIM) is None

    def test_what_repairs_and_does_harm_is_tried_with_what_repairs_the_harm(self, bench):
        harm = ("polling-interval-long", "profile", "p-1")
        bench.effects[ONE,] = replace(REPAIRS, new=frozenset([harm]))
        (other,) = CANDIDATES["polling-interval-long"]
        row = replace(OWN, minpollingintervalinminutes=5)
        bench.verdicts.facts.readings[PROFILES].records = [(row, "")]
        bench.effects[ONE, (other.column, other.value)] = REPAIRS
        found = Search(bench).smallest(AIM)
        assert found is not None
        assert [each for each, _ in found.candidates] == [FIRST, other]
        assert tried(bench) == [(ONE,), (TWO,), (ONE, TWO), (ONE, (other.column, other.value))]

    def test_the_harm_of_what_does_not_repair_is_left(self, bench):
        harm = ("polling-interval-long", "profile", "p-1")
        bench.effects[ONE,] = replace(NOTHING, new=frozenset([harm]))
        bench.effects[TWO,] = replace(NOTHING, new=frozenset([harm]))
        assert Search(bench).smallest(AIM) is None
        assert len(bench.asked) == 3

    def test_what_idles_repairs_no_harm(self, bench):
        harm = ("profile-without-mailboxes", "profile", "p-1")
        idle = ("mailbox-without-owner", "mailbox", "m")
        bench.effects[ONE,] = replace(REPAIRS, new=frozenset([idle]))
        assert all(each.idles for each in CANDIDATES[idle[0]])
        Search(bench).smallest(replace(AIM, group=group()))
        assert all("statecode" not in str(key) for key in tried(bench))
        assert harm not in REPAIRS.new


def group(number: int = 4, use: Any = None, profile: str | None = "p-1") -> Any:
    return SimpleNamespace(
        number=number, use=use, verdicts={}, configuration=SimpleNamespace(profile_id=profile)
    )


class TestAttempt:
    @pytest.mark.parametrize(
        "effect",
        [
            NOTHING,
            replace(REPAIRS, new=frozenset([("x", "profile", "p-1")])),
            replace(REPAIRS, opened=frozenset([("x", "profile", "p-1")])),
            replace(REPAIRS, worse=1),
            replace(REPAIRS, idle=1),
        ],
    )
    def test_what_does_not_repair_or_does_harm_is_none(self, bench, effect):
        bench.effects[ONE,] = effect
        assert Search(bench).attempt(AIM, [(FIRST, "p-1")]) is None

    def test_more_than_was_aimed_at_may_be_cleared(self, bench):
        more = replace(REPAIRS, cleared=frozenset([TARGET, ("x", "profile", "p-1")]))
        bench.effects[ONE,] = more
        found = Search(bench).attempt(AIM, [(FIRST, "p-1")])
        assert found is not None
        assert found.effect == more

    def test_mailboxes_may_be_idle_where_every_change_asks_for_it(self, bench):
        idles = FIRST._replace(idles=True)
        bench.effects[ONE,] = bench.effects[ONE, TWO] = replace(REPAIRS, idle=1)
        assert Search(bench).attempt(AIM, [(idles, "p-1")]) is not None
        assert Search(bench).attempt(AIM, [(idles, "p-1"), (SECOND, "p-1")]) is None

    def test_what_is_so_already_is_not_tried(self, bench):
        row = replace(OWN, timeoutmailboxconnection=True)
        bench.verdicts.facts.readings[PROFILES].records = [(row, "")]
        assert Search(bench).attempt(AIM, [(FIRST, "p-1")]) is None
        assert bench.asked == []

    @pytest.mark.parametrize(("held", "is_asked"), [(1, True), (True, False), (None, True)])
    def test_a_yes_is_no_one(self, bench, held, is_asked):
        row = replace(OWN, timeoutmailboxconnection=held)
        bench.verdicts.facts.readings[PROFILES].records = [(row, "")]
        Search(bench).attempt(AIM, [(FIRST, "p-1")])
        assert bool(bench.asked) is is_asked

    def test_what_was_not_answered_is_not_tried(self, bench):
        bench.verdicts.facts.readings[PROFILES].records = []
        assert Search(bench).attempt(AIM, [(FIRST, "p-1")]) is None
        assert bench.asked == []

    def test_of_another_record_it_is_not_asked(self, bench):
        other = rows.profile("p-2", timeoutmailboxconnection=False)
        same = replace(OWN, timeoutmailboxconnection=True)
        bench.verdicts.facts.readings[PROFILES].records = [(other, ""), (same, "")]
        assert Search(bench).attempt(AIM, [(FIRST, "p-1")]) is None
        assert bench.asked == []

    def test_a_target_that_still_fails_ends_it(self, bench):
        bench.effects[ONE,] = REPAIRS
        bench.fails.add((ONE,))
        search = Search(bench)
        assert search.attempt(AIM, [(FIRST, "p-1")]) is None
        assert search.tried == 1
        assert bench.asked == [((ONE,), tuple(sorted((RULE, PLACED))), None)]

    def test_what_was_tried_is_remembered(self, bench):
        bench.effects[ONE,] = REPAIRS
        search = Search(bench)
        first = search.attempt(AIM, [(FIRST, "p-1")])
        assert search.attempt(AIM, [(FIRST, "p-1")]) == first
        assert search.tried == 1

    @pytest.mark.parametrize(("judged", "ends"), [(9, False), (10, True), (11, True)])
    def test_it_ends_where_enough_was_judged(self, bench, judged, ends):
        bench.judged = judged
        search = Search(bench, 10)
        if ends:
            with pytest.raises(SearchEnded):
                search.attempt(AIM, [(FIRST, "p-1")])
        else:
            search.attempt(AIM, [(FIRST, "p-1")])


MAIL = Candidate("mailbox", "emailrouteraccessapproval", 1)
MOVED = Candidate("mailbox", MOVE, "p-8")


class TestMailboxes:
    @pytest.fixture
    def aim(self, bench):
        bench.rows = [rows.mailbox("m-1", emailrouteraccessapproval=0, profile="p-1")]
        target = ("mailbox-not-approved", "mailbox", "m-1")
        bench.effects[(MAIL.column, 1),] = replace(NOTHING, cleared=frozenset([target]))
        return Aim(("mailbox-not-approved",), None, frozenset([target]), group=group(), most=9)

    def own(self, **verdicts: Any) -> Any:
        named = {each.replace("_", "-"): of for each, of in verdicts.items()}
        return SimpleNamespace(verdicts=named)

    def test_its_own_verdicts_decide(self, bench, aim):
        bench.ended = {"m-1": self.own(mailbox_not_approved=Fail("", ()))}
        assert Search(bench).attempt(aim, [(MAIL, "")]) is None
        bench.ended = {"m-1": self.own(mailbox_not_approved=Pass("", ()))}
        assert Search(bench).attempt(aim, [(MAIL, "")]) is not None
        assert bench.asked[0][2] == aim.group.number

    def test_of_one_that_no_change_reached_those_of_before(self, bench, aim):
        aim.group.verdicts["mailbox-not-approved"] = Fail("", ())
        assert Search(bench).attempt(aim, [(MAIL, "")]) is None

    @pytest.mark.parametrize(
        ("placed", "is_found"),
        [(Pass("", ()), True), (Fail("", ()), False), (Undetermined("", ""), False), (None, False)],
    )
    def test_it_moves_only_to_where_it_is_known_to_live(self, bench, aim, placed, is_found):
        verdicts = {} if placed is None else {"mailbox_on_wrong_profile": placed}
        bench.ended = {"m-1": self.own(mailbox_not_approved=Pass("", ()), **verdicts)}
        bench.effects[(MOVE, "p-8"),] = bench.effects[(MAIL.column, 1),]
        assert (Search(bench).attempt(aim, [(MOVED, "")]) is not None) is is_found
        assert Search(bench).attempt(aim, [(MAIL, "")]) is not None

    def test_the_same_change_of_another_group_is_another_one(self, bench, aim):
        bench.ended = {"m-1": self.own(mailbox_not_approved=Pass("", ()))}
        search = Search(bench)
        search.attempt(aim, [(MAIL, "")])
        search.attempt(replace(aim, group=group(5)), [(MAIL, "")])
        assert [within for _, _, within in bench.asked] == [4, 5]
        assert bench.groups == [(4,), (5,)]

    def test_a_change_of_something_else_reaches_no_group_of_itself(self, bench):
        Search(bench).attempt(replace(AIM, group=group()), [(FIRST, "p-1")])
        assert bench.groups == [()]

    def test_a_change_of_all_their_records_meets_each(self, bench, aim):
        (edit,) = Search(bench).edits([(MAIL, "")], aim.group)
        assert (edit.value, edit.ids, edit.glob) == (1, frozenset(["m-1"]), None)
        (edit,) = Search(bench).edits([(FIRST, "p-1")], None)
        assert edit.ids == frozenset(["p-1"])


def placed(bench: Bench, candidate: Candidate, aim: Aim) -> list[tuple[Any, str]]:
    return [(each.value, id) for each, id in Search(bench).placed(candidate, aim)]


class TestPlaced:
    def test_one_of_a_mailbox_needs_mailboxes(self, bench):
        assert placed(bench, MAIL, AIM) == []
        assert placed(bench, MAIL, replace(AIM, group=group())) == [(1, "")]

    def test_who_shares_an_address_may_move_alone(self, bench):
        shares = replace(AIM, group=group(use=object()))
        assert placed(bench, MAIL, shares) == []
        assert placed(bench, MOVED, shares) == [("p-8", ""), ("p-9", "")]

    def test_a_mailbox_moves_to_another_profile_than_its_own(self, bench):
        of = replace(AIM, group=group(profile="p-8"))
        assert placed(bench, MOVED, of) == [("p-9", "")]

    def test_one_of_a_profile_needs_the_profile(self, bench):
        assert placed(bench, FIRST, AIM) == [(FIRST.value, "p-1")]
        assert placed(bench, FIRST, replace(AIM, profile=None)) == []

    @pytest.mark.parametrize(
        ("protocol", "known", "fits"),
        [(Protocol.EWS, True, True), (Protocol.IMAP, True, False), (Protocol.EWS, False, False)],
    )
    def test_only_exchange_signs_in_from_server_to_server(self, bench, protocol, known, fits):
        bench.verdicts.facts.profiles["p-1"].incoming.protocol = protocol
        of = AIM if known else replace(AIM, profile="p-7")
        assert bool(placed(bench, SERVER_TO_SERVER[0], of)) is fits
        assert placed(bench, FIRST, of) != []

    def test_one_of_the_organisation_that_names_a_profile_tries_each(self, bench):
        default = Candidate("organization", DEFAULT, None)
        assert placed(bench, default, AIM) == [("p-8", ""), ("p-9", "")]
        other = Candidate("organization", "generatealertsforerrors", True)
        assert placed(bench, other, AIM) == [(True, "")]


def names(bench: Bench, aim: Aim) -> list[tuple[str, str]]:
    return [(each.kind, each.column) for each, _ in Search(bench)._candidates(aim)]


class TestCandidates:
    BOTH = [("profile", FIRST.column), ("profile", SECOND.column)]  # noqa: RUF012

    def test_they_are_those_of_its_rules_each_once(self, bench):
        assert names(bench, AIM) == self.BOTH
        assert names(bench, replace(AIM, rules=(RULE, RULE))) == self.BOTH

    def test_mailboxes_may_move_but_for_a_test(self, bench):
        move = ("mailbox", MOVE)
        of = replace(AIM, group=group())
        assert names(bench, of) == [*self.BOTH, move, move]
        assert names(bench, replace(of, rules=("test",))) == []

    def test_a_profile_that_no_mailbox_has_may_be_deactivated(self, bench):
        assert ("profile", "statecode") not in names(bench, AIM)
        unused = [("profile", "statecode")]
        bench.before.groups[0].count = 0
        assert names(bench, AIM) == [*self.BOTH, *unused]
        bench.before.groups[0].count = 1
        bench.before.groups[0].configuration.profile_id = "p-2"
        assert names(bench, AIM) == [*self.BOTH, *unused]
        assert names(bench, replace(AIM, group=group()))[2:] == [("mailbox", MOVE)] * 2
        assert names(bench, replace(AIM, profile=None)) == []

    def test_another_one_is_to_be_the_default_then(self, bench):
        bench.before.groups = []
        bench.verdicts.facts.profiles["p-1"].is_default = True
        assert names(bench, AIM)[3:] == [("organization", DEFAULT)] * 2
        assert names(bench, replace(AIM, profile="p-7"))[3:] == []


def test_the_organisation_and_the_tenant_have_one_record():
    rules = ("a", "b")
    assert keys_of(rules, Subject("profile", "p")) == {("a", "profile", "p"), ("b", "profile", "p")}
    for kind in ("organization", "tenant"):
        assert keys_of(("a",), Subject(kind, "x")) == {("a", kind, "")}  # type: ignore[arg-type]


def test_repairs_of_several_aims_are_made_at_once(bench, monkeypatch):
    worlds = []
    monkeypatch.setattr(module, "effect_of", lambda bench, world: worlds.append(world))
    bench.rows = [rows.mailbox("m-1")]
    found = module.Found(((MAIL, ""),), NOTHING)
    other = module.Found(((FIRST, "p-1"),), NOTHING)
    Search(bench).together([(replace(AIM, group=group()), found), (AIM, other)])
    assert worlds[0].key == ((MAIL.column, 1), ONE)
    assert worlds[0].groups == {4}


ANY = Aim((), None, frozenset())
CANDIDATE = next(each for some in CANDIDATES.values() for each in some if each.kind == "profile")
OTHER = CANDIDATE._replace(value="another")
ELSEWHERE = CANDIDATE._replace(column="another")


class Looked(Exception):
    """The bench was asked."""


class Untouched:
    def __getattr__(self, name: str) -> Any:
        raise Looked


@pytest.mark.parametrize("chosen", [(CANDIDATE, CANDIDATE), (CANDIDATE, OTHER)])
def test_one_column_of_one_record_gets_no_two_values(chosen: tuple[Any, Any]) -> None:
    search = Search(Untouched())  # type: ignore[arg-type]
    assert search.attempt(ANY, [(each, "one") for each in chosen]) is None


@pytest.mark.parametrize(
    "chosen",
    [((CANDIDATE, "one"), (OTHER, "two")), ((CANDIDATE, "one"), (ELSEWHERE, "one"))],
)
def test_other_columns_and_other_records_are_tried(chosen: Any) -> None:
    with pytest.raises(Looked):
        Search(Untouched()).attempt(ANY, chosen)  # type: ignore[arg-type]
