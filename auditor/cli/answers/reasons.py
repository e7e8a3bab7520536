"""What `auditor why` asks and shows."""

from pathlib import Path

from msgspec.structs import replace

from auditor.cli.audits.replaying import stored_tasks
from auditor.cli.audits.tasks import Task, live_tasks
from auditor.cli.loading import load_configuration
from auditor.cli.options import Options
from auditor.cli.terminal.output import show, show_bytes, wrapped
from auditor.configuration import select
from auditor.exit_codes import Tolerance
from auditor.process.memory import for_many_records
from auditor.reports.shared import evidence_words, wording
from auditor.reports.shared.json_text import encode_indented
from auditor.reports.shared.text import plain
from auditor.running import Judging
from auditor.snapshots import Snapshot, SnapshotError, of_mailbox
from auditor.usage import UsageProblem
from auditor.why.answer import Answer, Explanation, Judgement, Known
from auditor.why.named import named_by_id
from auditor.why.why import why
from connectors.sources.live import PageSource

UNREAD = "Nothing is known of {subject!r}, and {sources} could not be read in full."


def asked(
    subject: str,
    environment: str | None,
    snapshot: Path | None,
    config: Path | None,
    judging: Judging,
    timeout_s: float | None,
) -> tuple[Explanation, ...]:
    """Every subject of that name. Raises `UsageProblem` where nothing is known of any."""
    task = _task(subject, environment, snapshot, config, judging, timeout_s)
    try:
        with for_many_records(), task.opened() as outside:
            answer = why(task.request, _narrowed(outside, subject), subject)
    except SnapshotError as refusal:
        raise UsageProblem(str(refusal)) from refusal
    if not answer.explanations:
        raise UsageProblem(_nothing(subject, answer))
    return answer.explanations


def _narrowed(outside: PageSource, subject: str) -> PageSource:
    """Of a snapshot no more than an id asks for; servers were asked for no more already."""
    named = named_by_id(subject)
    if isinstance(outside, Snapshot) and named:
        return of_mailbox(outside, named[0].glob)
    return outside


def _nothing(subject: str, answer: Answer) -> str:
    if answer.suggestions:
        named = "; ".join(map(wording.subject, answer.suggestions))
        return f"{subject!r} is part of several names; name one of: {named}"
    if answer.unread:
        return UNREAD.format(subject=subject, sources=", ".join(answer.unread))
    return (
        f"no mailbox, profile, user or queue has the name, address or id {subject!r}, not even in "
        "part; case is ignored"
    )


def _task(
    subject: str,
    environment: str | None,
    snapshot: Path | None,
    config: Path | None,
    judging: Judging,
    timeout_s: float | None,
) -> Task:
    if snapshot is not None:
        lent = None if config is None else load_configuration(config)
        return stored_tasks((snapshot,), judging, lent)[0]
    configuration = load_configuration(config)
    environments = select(configuration, (environment,) if environment else ())
    given = Options(
        config=config,
        reports=(),
        judging=judging,
        tolerance=Tolerance(),
        timeout_s=timeout_s,
        baseline=None,
        new_only=False,
        history=False,
        notify=False,
        verbose=False,
        quiet=True,
    )
    return live_tasks(configuration, environments, given, None, named_by_id(subject))[0]


def shown(explanations: tuple[Explanation, ...], *, as_json: bool, failing: bool = False) -> None:
    """Writes the explanations on standard output; `failing` leaves out all but what fails."""
    if failing:
        explanations = tuple(map(_failing, explanations))
    if as_json:
        show_bytes(encode_indented(explanations))
        return
    for explanation in explanations:
        show(_lines(explanation))


def _failing(explanation: Explanation) -> Explanation:
    fails = tuple(each for each in explanation.judgements if each.outcome == "fail")
    return replace(explanation, judgements=fails, facts=())


def _lines(explanation: Explanation) -> list[str]:
    lines = [wording.subject(explanation.subject)]
    if explanation.subject.url:
        lines.append(plain(explanation.subject.url))
    if explanation.subject.kind == "mailbox":
        lines.append(wording.standing(explanation.standing))
    lines += _to_repair(explanation)
    lines += _behind(explanation)
    of = explanation.judgements
    for outcome, heading in (("fail", "Fails"), ("undetermined", "Undetermined")):
        chosen = [each for each in of if each.outcome == outcome]
        if chosen:
            lines += ["", f"{heading} ({len(chosen)})", "-" * len(f"{heading} ({len(chosen)})")]
            for judgement in chosen:
                lines += _judgement(judgement, explanation)
    if not any(each.outcome == "fail" for each in of):
        lines += ["", "Nothing fails."]
    for outcome, says in (("pass", "pass"), ("not-applicable", "do not apply")):
        names = [each.rule for each in of if each.outcome == outcome]
        if names:
            lines += ["", *wrapped(f"{len(names)} rules {says}: {', '.join(names)}")]
    if explanation.facts:
        lines += ["", "Known", "-----"]
    for known in explanation.facts:
        lines += _known(known, explanation)
    return [*lines, ""]


def _to_repair(explanation: Explanation) -> list[str]:
    """What keeps a mailbox from simply working, with the change that was shown to repair it."""
    lines = ["", "To repair it"] if explanation.to_repair else []
    for number, each in enumerate(explanation.to_repair, start=1):
        what = each.change or f"{each.remedy} No change of a setting was shown to repair this."
        lines += wrapped(f"{number}. {wording.subject(each.subject)}: {plain(what)}")
    return lines


NAMED = 50
_WORST_FIRST = ("broken", "unknown", "unsupported")


def _behind(explanation: Explanation) -> list[str]:
    """The mailboxes that something bears on: how they stand, and which do not simply work."""
    counts = {word: count for word, count in explanation.behind.items() if count}
    if not explanation.behind:
        return []
    told = ", ".join(f"{count:,} {word}" for word, count in counts.items()) or "none"
    lines = ["", *wrapped(f"Synchronizing mailboxes: {told}.")]
    worst_first = sorted(explanation.mailboxes, key=lambda each: _WORST_FIRST.index(each.standing))
    for each in worst_first[:NAMED]:
        who = f"{each.name} <{each.address}>" if each.address else each.name or each.id
        lines += wrapped(f"- {each.standing}: {plain(who)}")
    more = sum(count for word, count in counts.items() if word != "working")
    more -= len(explanation.mailboxes[:NAMED])
    return [*lines, f"and {more:,} more"] if more > 0 else lines


def _judgement(judgement: Judgement, explanation: Explanation) -> list[str]:
    about = judgement.about
    where = f" on {wording.subject(about)}" if about is not None else ""
    effect = f" ({judgement.effect})" if judgement.outcome == "fail" else ""
    head = f"{judgement.outcome} [{judgement.severity}] {judgement.rule}{where}{effect}"
    lines = [*wrapped(head), *wrapped(plain(judgement.message), "    ")]
    shown_of = about or explanation.subject
    for line in evidence_words.lines(judgement.evidence, shown_of, explanation.names):
        lines += wrapped(line, "    ")
    if judgement.waived is not None:
        told = f"Waived until {judgement.waived.until}: {plain(judgement.waived.reason)}"
        lines += wrapped(told, "    ")
    elif judgement.remedy:
        lines += wrapped(f"Next: {plain(judgement.remedy)}", "    ")
    return lines


def _known(known: Known, explanation: Explanation) -> list[str]:
    if known.reason:
        return wrapped(f"{known.name}: unknown. {plain(known.reason)}")
    shown = "; ".join(evidence_words.lines(known.evidence, explanation.subject, explanation.names))
    told = f"{known.name} = {_value(known)}"
    return wrapped(f"{told}    [{shown}]" if shown else told)


def _value(known: Known) -> str:
    """The value of a fact; where one option decides it, what Dynamics calls that option."""
    labels = {each.label for each in known.evidence if each.label}
    if isinstance(known.value, str) and len(labels) == len(known.evidence) == 1:
        return plain(labels.pop())
    return evidence_words.value(known.value)
