"""What `readiness` shows: the answer first, then each way to mail; and the days as a calendar."""

from msgspec.structs import replace

from auditor.cli.answers.ready import calendar, lines
from auditor.model import Subject
from auditor.plan.readiness import End, PlanStep, Readiness, Way

EWS = End("2027-04-01", "Exchange Web Services end; nothing, not even reading, is answered")
BASIC = End("2026-12-31", "Basic authentication ends")
WAY = Way(
    kind="built-in",
    subject=Subject("profile", "p-1", "Own *profile*"),
    ends=(BASIC, EWS),
    in_place=("The allow list has it.",),
    missing=("Graph permissions.",),
    steps=("Grant Mail.ReadWrite.",),
    questions=("Who may see the allow list?",),
)


def readiness(ready: bool = True, undetermined: bool = False, ways: tuple[Way, ...] = ()):
    return Readiness("contoso", "2026-11-29", ready, undetermined, True, ways)


def shown(found: Readiness, markdown: bool = False) -> list[str]:
    return list(lines(found, markdown=markdown))


def test_the_first_line_says_whether_it_is_ready() -> None:
    assert shown(readiness()) == ["contoso is ready on 2026-11-29."]
    assert shown(readiness(ready=False)) == ["contoso is not ready on 2026-11-29."]
    assert shown(readiness(ready=False, undetermined=True)) == shown(readiness(ready=False))


def test_what_could_not_be_judged_is_never_called_ready() -> None:
    (line,) = shown(readiness(undetermined=True))
    assert line.startswith("Whether contoso is ready on 2026-11-29 is not known")


def test_each_way_says_what_ends_and_what_is_there_and_missing() -> None:
    _, _, head, *parts = shown(readiness(ways=(WAY,)))
    assert "built-in" in head
    assert [part.strip() for part in parts] == [
        "2026-12-31: Basic authentication ends",
        "2027-04-01: Exchange Web Services end; nothing, not even reading, is answered",
        "In place: The allow list has it.",
        "Missing: Graph permissions.",
        "To do: Grant Mail.ReadWrite.",
        "Ask: Who may see the allow list?",
    ]


def test_in_markdown_a_name_is_no_markup() -> None:
    _, _, head, first, *_ = shown(readiness(ways=(WAY,)), markdown=True)
    assert head.startswith("## ")
    assert "*profile*" not in head
    assert first.startswith("- 2026")


def test_the_calendar_has_each_day_once() -> None:
    text = calendar(readiness(ways=(WAY, WAY))).decode()
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2
    assert "DTSTAMP:20261129T000000Z" in text
    assert text.index("DTSTART;VALUE=DATE:20261231") < text.index("DTSTART;VALUE=DATE:20270401")
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:Exchange Web Services end\\; nothing\\, not even reading\\, is" in unfolded
    assert all(len(line) <= 75 for line in text.split("\r\n"))


def test_what_ends_on_one_day_are_events_of_their_own() -> None:
    ends = (End("2027-04-01", "One ends"), End("2027-04-01", "Neo ends"))
    way = Way("other", WAY.subject, ends, (), (), (), ())
    text = calendar(readiness(ways=(way,))).decode()
    assert len({line for line in text.splitlines() if line.startswith("UID:")}) == 2


def test_a_step_of_the_plan_says_whether_it_is_proven() -> None:
    plan = (PlanStep("s-1", "Move it.", True), PlanStep("s-2", "Ask.", False))
    text = " ".join(" ".join(shown(readiness(ways=(replace(WAY, plan=plan),)))).split())
    assert "Step of the plan: s-1 (proven): Move it." in text
    assert "Step of the plan: s-2 (not provable): Ask." in text
