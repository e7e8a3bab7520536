"""What `--set` and `--move` ask for, as edits. Nothing is read here but the names of profiles."""

from collections.abc import Mapping, Sequence

from auditor.plan.changed import Changed
from auditor.plan.columns import KINDS, Column, Kind, Value, column
from auditor.plan.edits import Edit
from auditor.selection import matches
from auditor.usage import UsageProblem, those
from connectors.dynamics.tables import emailserverprofiles
from connectors.sources.catalogue import readers
from connectors.sources.live import PageSource
from connectors.sources.readings import EarlierReadings

SHAPE = (
    "--set takes profile:GLOB.COLUMN=VALUE, mailbox:GLOB.COLUMN=VALUE, "
    "organization.COLUMN=VALUE or tenant.SETTING=VALUE"
)
MOVE_SHAPE = "--move takes mailbox:GLOB=profile:NAME"


class Asked:
    """What the command line asks to change, checked as far as it can be without the records."""

    def __init__(self, sets: Sequence[str], moves: Sequence[str]) -> None:
        """Raises `UsageProblem` for what cannot be."""
        self._wanted = [*map(_set, sets), *map(_move, moves)]

    def edits(self, profiles: Mapping[str, str]) -> tuple[Edit, ...]:
        """The edits. `profiles` gives names by id. Raises `UsageProblem` for an unknown profile."""
        return tuple(
            Edit(each, _profile_id(value, profiles) if each.form == "profile" else value, glob)
            for each, glob, value in self._wanted
        )


def profile_names(outside: PageSource) -> Mapping[str, str]:
    """The names of the profiles that a snapshot holds, by id."""
    table = emailserverprofiles.TABLE.source
    (reader,) = (each for each in readers() if each.source == table)
    rows = (row for page in outside.open(reader, EarlierReadings()) for row in page.rows)
    return {row.emailserverprofileid: row.name or "" for row in rows}


def check_met(changed: Changed) -> None:
    """Raises `UsageProblem` where an edit met no record, or records without its column."""
    for number, edit in enumerate(changed.edits):
        of = edit.column
        if number in changed.absent:
            raise UsageProblem(
                f"{of.kind}.{of.logical_name} was not answered: this version does not have it, or "
                "it could not be read"
            )
        if changed.met[number]:
            continue
        if of.kind == "tenant":
            raise UsageProblem(
                f"tenant.{of.name} was not read: the source {of.source} is needed for it"
            )
        raise UsageProblem(f"no {of.kind} that was read has the name, address or id {edit.glob!r}")


def _set(text: str) -> tuple[Column, str, Value]:
    left, equals, value = text.partition("=")
    subject, dot, name = left.rpartition(".")
    kind, colon, glob = subject.partition(":")
    folded = kind.strip().casefold()
    if not equals or not dot or folded not in KINDS:
        raise UsageProblem(f"{SHAPE}, not {text!r}")
    of: Kind = folded
    is_one = of in ("organization", "tenant")
    if is_one is bool(colon and glob):
        raise UsageProblem(f"{SHAPE}, not {text!r}")
    found = column(of, name)
    return found, glob or "*", found.parse(value)


def _move(text: str) -> tuple[Column, str, Value]:
    mailbox, equals, profile = text.partition("=")
    kind, _, glob = mailbox.partition(":")
    target, _, name = profile.partition(":")
    if not equals or (kind, target) != ("mailbox", "profile") or not glob or not name:
        raise UsageProblem(f"{MOVE_SHAPE}, not {text!r}")
    return column("mailbox", "_emailserverprofile_value"), glob, name


def _profile_id(value: Value, profiles: Mapping[str, str]) -> Value:
    if value is None:
        return None
    text = str(value)
    found = [id for id, name in profiles.items() if text.casefold() in (id, name.casefold())]
    if not found:
        found = [id for id, name in profiles.items() if matches(text, id, name)]
    if len(found) == 1:
        return found[0]
    if found:
        named = ", ".join(sorted(found))
        raise UsageProblem(f"{len(found)} profiles have the name {text!r}; give one id of {named}")
    raise UsageProblem(f"there is no profile {text!r}; {those(sorted(profiles.values()))}")
