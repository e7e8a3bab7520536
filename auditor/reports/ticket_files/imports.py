"""The CSV files that trackers import, and the numbers that a tracker gave its tickets.

Sources: Atlassian, "Import data from a CSV file" (a column `Summary`; `Issue Key` updates);
ServiceNow, "Updating records using coalesce"; Microsoft, "Import work items from a CSV file"
(`Work Item Type` and `Title`, other fields by their names, no state, 1,000 rows).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from auditor.model import Audit
from auditor.process.files import FileNotWritten, explain
from auditor.reports.shared import wording
from auditor.reports.shared.cells import line
from auditor.reports.shared.text import plain
from auditor.reports.ticket_files.register import Ticket

FILE = "tickets.csv"
AZURE_FILE = "azure-devops.csv"
EXPORT = "export.csv"
"""Where a person puts what the tracker exports of these tickets."""
COLUMNS = (
    "Summary", "Description", "Issue Type", "Priority", "Labels", "Status", "External ID",
    "Issue Key", "Where", "URL", "Effect", "Severity", "Mailboxes", "Repairs", "Rules", "Opened",
    "Closed",
)  # fmt: skip
AZURE_COLUMNS = ("Work Item Type", "Title", "Description", "Priority", "Tags")
LONGEST_TITLE = 250
_LARGEST_BYTES = 64 << 20
_KEY = re.compile(r"\bauditor-[0-9a-f]{12}\b")
_NUMBER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}-\d{1,12}|[A-Z]{0,8}\d{1,12}")
_NUMBER_COLUMNS = ("issue key", "id", "number")
_PRIORITIES = {"error": 2, "warning": 3, "note": 4}
_JIRA_PRIORITIES = {1: "Highest", 2: "High", 3: "Medium", 4: "Low"}


class Titles:
    """What tickets are called, by the titles of the rules that fail, and what is proven to help.

    `proven` are the changes that were shown to repair causes, by their ids.
    """

    def __init__(self, audit: Audit, proven: Mapping[str, str] = {}) -> None:
        self._titles = {each.rule.id: each.rule.title for each in audit.rules}
        self._proven = proven

    def of_rule(self, rule_id: str) -> str:
        """What fails, in words."""
        return plain(self._titles.get(rule_id, rule_id))

    def proven(self, ticket: Ticket) -> str:
        """The change that was shown to repair it; empty where none is known."""
        return "" if ticket.state != "open" else plain(self._proven.get(ticket.cause.id, ""))

    def of(self, ticket: Ticket) -> str:
        """What fails first, and where; no longer than trackers take."""
        where = wording.subject(ticket.cause.subject)
        title = f"{self.of_rule(ticket.cause.rules[0])}: {where}"
        return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 3]}..."


def rows(
    tickets: Iterable[Ticket], titles: Titles, numbers: Mapping[str, str] = {}
) -> Iterator[str]:
    """The file for Jira, ServiceNow and whatever maps columns by hand: a row for each ticket."""
    yield line(list(COLUMNS)) + "\r\n"
    for each in tickets:
        cause = each.cause
        cells = [
            titles.of(each),
            _description(each, titles),
            "Task",
            _JIRA_PRIORITIES[_priority(each)],
            each.key,
            each.state.capitalize(),
            each.key,
            numbers.get(each.key, ""),
            wording.subject(cause.subject),
            cause.subject.url,
            cause.effect,
            cause.severity,
            str(cause.mailboxes),
            str(cause.repairs),
            " ".join(cause.rules),
            each.opened,
            each.closed,
        ]
        yield line(cells) + "\r\n"


def azure_rows(
    tickets: Iterable[Ticket], titles: Titles, numbers: Mapping[str, str]
) -> Iterator[str]:
    """The file for Azure DevOps, which takes no state and no column that it does not know.

    What is closed there needs no row unless the tracker has it: then its tags say so.
    """
    with_ids = any(each.key in numbers for each in tickets)
    yield line([*(["ID"] if with_ids else []), *AZURE_COLUMNS]) + "\r\n"
    for each in tickets:
        number = numbers.get(each.key, "")
        if each.state != "open" and not number:
            continue
        tags = [each.key, *([f"auditor-{each.state}"] if each.state != "open" else [])]
        cells = [
            "Issue",
            titles.of(each),
            _description(each, titles),
            str(_priority(each)),
            "; ".join(tags),
        ]
        yield line([*([number] if with_ids else []), *cells]) + "\r\n"


def numbers_of(directory: Path) -> dict[str, str]:
    """The number that a tracker gave each ticket, by key, from its export; none without one.

    Raises `FileNotWritten` where it cannot be read.
    """
    path = directory / EXPORT
    found: dict[str, str] = {}
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileNotWritten(directory, f"{EXPORT} in it is too large")
        with path.open(encoding="utf-8-sig", newline="") as text:
            table = csv.reader(text)
            heads = [each.strip().casefold() for each in next(table, [])]
            places = [heads.index(each) for each in _NUMBER_COLUMNS if each in heads]
            if not places:
                reason = f"{EXPORT} in it has none of the columns Issue Key, ID and Number"
                raise FileNotWritten(directory, reason)
            for row in table:
                keys = {key for cell in row for key in _KEY.findall(cell)}
                number = row[places[0]].strip() if places[0] < len(row) else ""
                if len(keys) == 1 and _NUMBER.fullmatch(number):
                    found[keys.pop()] = number
    except FileNotFoundError:
        return {}
    except OSError as refusal:
        raise FileNotWritten(directory, f"{EXPORT} in it: {explain(refusal)}") from refusal
    except (csv.Error, UnicodeDecodeError):
        reason = f"{EXPORT} in it is no CSV file in UTF-8; export it again or remove it"
        raise FileNotWritten(directory, reason) from None
    return found


def _description(of: Ticket, titles: Titles) -> str:
    cause = of.cause
    found = [
        *([f"Closed: the run of {of.closed} judged it and it fails no more."] if of.closed else []),
        *([wording.sentence(wording.waiver(cause))] if cause.waived is not None else []),
        f"{'; '.join(map(titles.of_rule, cause.rules))}.",
        f"Where: {wording.subject(cause.subject)}.",
        f"To do: {' '.join(cause.steps)}",
        f"Proven: {titles.proven(of)}" if titles.proven(of) else "",
        wording.cause_numbers(cause),
    ]
    return " ".join(each for each in found if each)


def _priority(of: Ticket) -> int:
    """1 to 4, 1 for what keeps mail from flowing."""
    return 1 if of.cause.effect == "stops" else _PRIORITIES[of.cause.severity]
