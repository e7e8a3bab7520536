"""Evidence as every report for people shows it: values with what they mean, a record a line."""

from collections.abc import Iterable, Mapping

from auditor.model import Subject
from auditor.reports.shared.text import plain
from rules.evidence import Evidence
from rules.option_labels import EMPTY, is_option, label_of


def value(of: object) -> str:
    """A value as evidence shows it: text as it is, nothing as `empty`."""
    match of:
        case None:
            return "empty"
        case bool():
            return "true" if of else "false"
        case tuple() | list():
            return ", ".join(value(each) for each in of) or "empty"
        case "":
            return '""'
        case _:
            return plain(str(of))


def shown_value(of: Evidence) -> str:
    """The value of evidence in words."""
    return in_words(of.source, of.field, of.value)


def in_words(source: str, field: str, of: object) -> str:
    """The value of a column: an option's number with its label, and what nothing means."""
    if of is None:
        return EMPTY.get((source, field), value(None))
    if is_option(source, field, of):
        label = label_of(source, field, of) or "not known to this release"
        return f"{of} ({label})"
    return value(of)


def line(of: Evidence, about: Subject | None = None) -> str:
    """`source record field = value (read at)`; the record by its name where it is the subject."""
    record = about.name if about is not None and about.name and of.record == about.id else of.record
    where = " ".join(part for part in (_source(of), record, of.field) if part)
    when = f" (read {of.read_at})" if of.read_at else ""
    return f"{plain(where)} = {shown_value(of)}{plain(when)}"


def lines(found: Iterable[Evidence], about: Subject, names: Mapping[str, str]) -> list[str]:
    """Evidence in lines, one for all values of a record: `source record a = 1, b = 2 (read at)`.

    The subject's own record goes without saying, others by their names.
    """
    by_record: dict[tuple[str, str, str], list[str]] = {}
    for each in found:
        own = each.record == about.id and not each.environment
        record = "" if own else names.get(each.record, each.record)
        values = by_record.setdefault((_source(each), record, each.read_at), [])
        values.append(f"{plain(each.field)} = {shown_value(each)}")
    return [
        plain(f"{source} {record}".rstrip())
        + f": {', '.join(values)}"
        + (f" (read {plain(read_at)})" if read_at else "")
        for (source, record, read_at), values in by_record.items()
    ]


def _source(of: Evidence) -> str:
    """The source, and the environment where it is another than the report's own."""
    return f"{of.source} of {of.environment}" if of.environment else of.source
