"""What `auditor why` asks and shows."""

from pathlib import Path

from auditor.cli.auditing import Task, live_tasks
from auditor.cli.loading import load_configuration
from auditor.cli.options import Options
from auditor.cli.output import show, show_bytes, wrapped
from auditor.cli.replaying import stored_tasks
from auditor.configuration import select
from auditor.exit_codes import Tolerance
from auditor.reports.shared import wording
from auditor.reports.shared.json_text import encode_indented
from auditor.reports.shared.text import plain
from auditor.running import Judging
from auditor.snapshots import SnapshotError
from auditor.usage import UsageProblem
from auditor.why import Explanation, Judgement, Known, why

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
    task = _task(environment, snapshot, config, judging, timeout_s)
    try:
        with task.opened() as outside:
            answer = why(task.request, outside, subject)
    except SnapshotError as refusal:
        raise UsageProblem(str(refusal)) from refusal
    if not answer.explanations:
        raise UsageProblem(_nothing(subject, answer.unread))
    return answer.explanations


def _nothing(subject: str, unread: tuple[str, ...]) -> str:
    if unread:
        return UNREAD.format(subject=subject, sources=", ".join(unread))
    return (
        f"no mailbox, profile, user or queue has the name, address or id {subject!r}; "
        "names are matched whole, case ignored"
    )


def _task(
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
    return live_tasks(configuration, environments, given, None)[0]


def shown(explanations: tuple[Explanation, ...], *, as_json: bool) -> None:
    """Writes the explanations on standard output."""
    if as_json:
        show_bytes(encode_indented(explanations))
        return
    for explanation in explanations:
        show(_lines(explanation))


def _lines(explanation: Explanation) -> list[str]:
    lines = [wording.subject(explanation.subject)]
    if explanation.subject.url:
        lines.append(plain(explanation.subject.url))
    lines += ["", "Judged", "------"]
    for judgement in explanation.judgements:
        if judgement.outcome != "not-applicable":
            lines += _judgement(judgement, explanation)
    idle = [each for each in explanation.judgements if each.outcome == "not-applicable"]
    if idle:
        names = ", ".join(each.rule for each in idle)
        lines += ["", *wrapped(f"{len(idle)} rules do not apply: {names}")]
    lines += ["", "Known", "-----"]
    for known in explanation.facts:
        lines += _known(known, explanation)
    return [*lines, ""]


def _judgement(judgement: Judgement, explanation: Explanation) -> list[str]:
    head = f"{judgement.outcome} [{judgement.severity}] {judgement.rule}"
    lines = [head, *wrapped(plain(judgement.message), "    ")]
    if judgement.outcome != "pass":
        for line in wording.receipts(judgement.evidence, explanation.subject, explanation.names):
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
    receipts = "; ".join(wording.receipts(known.evidence, explanation.subject, explanation.names))
    told = f"{known.name} = {wording.value(known.value)}"
    return wrapped(f"{told}    [{receipts}]" if receipts else told)
