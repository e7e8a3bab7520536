"""How changes are told: kinds of subjects and values in the words of the administrators' forms."""

import hashlib
from collections.abc import Collection, Mapping, Sequence

from auditor.model import Subject
from auditor.plan.candidates import Candidate
from auditor.plan.columns import Column, Value, columns
from auditor.plan.listed.many import first
from auditor.plan.steps import Change, Step
from rules.counting import counted
from rules.facts import EmailServerProfile

KINDS = {
    "profile": "Email server profile",
    "mailbox": "Mailbox",
    "organization": "Organisation",
    "tenant": "Tenant",
}


def value_in_words(column: Column, value: Value, profiles: Mapping[str, EmailServerProfile]) -> str:
    """A value in the words of the form, a profile by its name."""
    profile = profiles.get(str(value)) if column.form == "profile" else None
    return column.shown(value) if profile is None else profile.name or profile.id


def title(
    candidates: Sequence[tuple[Candidate, str]],
    own: Sequence[Change],
    of_mailboxes: Collection[Change],
    profiles: Mapping[str, EmailServerProfile],
) -> str:
    """A step in the words of the forms. `own` are its changes of what is no mailbox."""
    values: dict[str, list[str]] = {}
    for candidate, id in candidates:
        column = columns(candidate.kind)[candidate.column]
        told = f"{column.words}: {value_in_words(column, candidate.value, profiles)}"
        values.setdefault(f"{candidate.kind}:{id}", []).append(told)
    subjects: dict[str, Subject] = {}
    for each in own:
        subjects[f"{each.subject.kind}:{_id_of(each.subject)}"] = each.subject
    sentences = []
    for key, told_of in values.items():
        subject = subjects.get(key)
        where = _mailboxes(of_mailboxes, len(told_of)) if subject is None else _name(subject)
        sentences.append(f"{where}: set {'; '.join(told_of)}.")
    return " ".join(sentences)


def _id_of(subject: Subject) -> str:
    """The id by which a candidate names its record: none where there is only one."""
    return subject.id if subject.kind == "profile" else ""


def _mailboxes(changes: Collection[Change], each: int) -> str:
    subjects = list(dict.fromkeys(change.subject for change in first(changes, each + 1)))
    return _name(subjects[0]) if len(subjects) == 1 else f"{len(changes) // each:,} mailboxes"


def _name(subject: Subject) -> str:
    return f"{KINDS[subject.kind]} {subject.name or subject.id or 'the Exchange Online tenant'}"


def step_id(own: Sequence[Change], candidates: Sequence[Candidate], told: bytes) -> str:
    """What a step goes by: the same in every run, whatever else there is to do.

    `told` is what tells its mailboxes, or its words where it changes nothing.
    """
    changed = sorted((c.subject.kind, c.subject.id, c.column, repr(c.after)) for c in own)
    changed += sorted((c.kind, "", c.column, repr(c.value)) for c in candidates)
    digest = hashlib.sha256(repr(changed).encode("utf-8", "replace") + told)
    return f"step-{digest.hexdigest()[:12]}"


def headline(steps: Sequence[Step]) -> str:
    """How many steps there are, and what the proven ones come to."""
    if not steps:
        return "Nothing fails, so there is nothing to change."
    proven = [each for each in steps if each.provable]
    repaired = sum(each.repairs for each in proven)
    found = (
        f"{counted(len(steps), 'step', 'steps')}, of which {len(proven):,} "
        f"{'is' if len(proven) == 1 else 'are'} proven."
    )
    if not proven:
        return found
    causes = sum(len(each.causes) for each in proven)
    every = sum(len(each.causes) for each in steps)
    if repaired:
        works = counted(repaired, "mailbox", "mailboxes")
        return (
            f"{found} What is proven makes {works} work and repairs {causes:,} of {every:,} causes."
        )
    return (
        f"{found} What is proven repairs {causes:,} of {every:,} causes. No mailbox works by that "
        "alone: each step says what else its mailboxes need."
    )
