"""The report on screen: the answer first, then what to do about it, worst first.

Nothing an administrator must act on is cut: long lines wrap. Text from records is shown as it is,
never read as colour or markup.
"""

import locale
import os
import re
from typing import BinaryIO

from rich.cells import cell_len
from rich.console import Console
from rich.containers import Lines
from rich.text import Text

from auditor.model import Audit, Finding, RootCause, Subject
from auditor.reports.shared import wording
from auditor.reports.shared.digest import Digest, Group, OpenRecord, digest
from auditor.reports.shared.text import plain, text_stream
from rules.rule import Rule

FORMAT = "terminal"
EXTENSION = "txt"

WIDTH = 80
_WORD = re.compile(r"\S+\s*")
_UNSAFE_IN_LINKS = set(" ;[]")
CAUSES = 5
SHOWN = 3
COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the report in colour and at its width on a terminal, else plain in 80 columns."""
    on_terminal = out.isatty()
    # Consoles of Windows take UTF-8 bytes whatever the code page.
    encoding = locale.getencoding() if on_terminal and os.name != "nt" else "utf-8"
    with text_stream(out, encoding) as text:
        console = Console(
            file=text,
            force_terminal=on_terminal,
            width=None if on_terminal else WIDTH,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )
        _Screen(console, audit, digest(audit, SHOWN)).show(exit_code)


class _Screen:
    def __init__(self, console: Console, audit: Audit, found: Digest) -> None:
        self.console = console
        self.audit = audit
        self.found = found
        self.rules: dict[str, Rule] = {each.rule.id: each.rule for each in audit.rules}

    def show(self, exit_code: int | None) -> None:
        self.line(wording.headline(self.audit), style="bold")
        for note in self.audit.notes:
            self.line(plain(note), style="bold")
        self.console.print()
        self.about()
        self.unread()
        self.causes()
        self.failures()
        self.open()
        self.waived()
        if self.found.groups:
            self.line(
                "Everything, with links to each record: --report html=PATH. A rule in full: "
                "auditor explain RULE. One mailbox or profile: auditor why NAME."
            )
        if exit_code is not None:
            self.line(wording.exit_meaning(exit_code), style="bold")

    def line(self, text: str | Text, *, indent: int = 0, style: str = "") -> None:
        whole = Text(text, style=style) if isinstance(text, str) else text
        for line in _wrapped(whole, max(self.console.width - indent, 20)):
            line.rstrip()
            self.console.print(Text(" " * indent).append_text(line), soft_wrap=True)

    def labelled(self, label: str, text: str, *, indent: int = 0, style: str = "") -> None:
        self.line(Text.assemble((f"{label}: ", "dim"), (text, style)), indent=indent)

    def heading(self, text: str) -> None:
        self.line(text, style="bold underline")

    def about(self) -> None:
        audit = self.audit
        self.labelled("Environment", wording.environment(audit))
        self.labelled("Judged by", wording.edition(audit))
        self.labelled("Run", f"{audit.started_at} to {audit.finished_at}, as of {audit.as_of}")
        self.labelled("Coverage", wording.coverage(audit))
        self.labelled("Found", wording.totals(audit))
        self.line(wording.completeness(audit), style="" if audit.complete else "bold red")
        self.console.print()

    def unread(self) -> None:
        sources = wording.unread(self.audit.sources)
        if not sources:
            return
        self.heading("What was not read")
        for source in sources:
            status = wording.STATUSES[source.status]
            red = "red" if source.status != "not-configured" else ""
            self.line(Text.assemble((plain(source.name), "bold"), ": ", (status, red)))
            if source.reason:
                self.labelled("Why", plain(source.reason), indent=2)
            if source.remedy:
                self.labelled("Next", plain(source.remedy), indent=2)
        self.console.print()

    def causes(self) -> None:
        if not self.audit.causes:
            return
        self.heading("Fix first: what clears most")
        for place, cause in enumerate(self.audit.causes[:CAUSES], start=1):
            self.line(f"{place}. {self.cause_line(cause)}")
            self.labelled("Fix", plain(cause.remedy), indent=3)
        if (more := len(self.audit.causes) - CAUSES) > 0:
            self.line(f"and {more:,} more: use --report json=PATH")
        self.console.print()

    def cause_line(self, cause: RootCause) -> str:
        clears = wording.number(cause.clears, "finding", "findings")
        touched = wording.number(cause.affected, "mailbox", "mailboxes")
        title = self.title(cause.rule)
        return f"{wording.subject(cause.subject)}: {title}. Clears {clears}, touches {touched}."

    def title(self, rule_id: str) -> str:
        rule = self.rules.get(rule_id)
        return plain(rule.title if rule else rule_id)

    def failures(self) -> None:
        groups = self.found.of("fail")
        if not groups:
            self.line("No unwaived failing finding.", style="bold")
            self.console.print()
        for group in groups:
            self.group(group)

    def group(self, group: Group) -> None:
        colour = COLOURS[group.severity]
        self.line(
            Text.assemble(
                (group.severity, colour),
                f"[{plain(group.rule)}] ",
                (self.title(group.rule), "bold"),
                f" ({wording.number(group.count, 'finding', 'findings')})",
            )
        )
        remedies: list[str] = []
        statements: list[str] = []
        for finding in group.first:
            self.finding(finding)
            remedies += [finding.remedy] if finding.remedy not in remedies else []
            statements += [each for each in finding.statements if each not in statements]
        if (more := group.count - len(group.first)) > 0:
            self.line(f"and {more:,} more: use --report json=PATH", indent=2)
        for remedy in remedies:
            self.labelled("Fix", plain(remedy), indent=2, style="bold")
        for statement_id in statements:
            statement = wording.statement(self.audit.edition, statement_id)
            says = f": {statement.paraphrase}" if statement else ""
            self.labelled("Statement", plain(f"{statement_id}{says}"), indent=2)
        self.console.print()

    def finding(self, finding: Finding) -> None:
        self.line(self.linked(finding.subject), indent=2)
        self.line(plain(finding.message), indent=4)
        if finding.affected is not None:
            self.labelled("Affects", wording.affected(finding), indent=4)
        for line in wording.receipts(finding.evidence, finding.subject):
            self.line(line, indent=4, style="dim")

    def linked(self, subject: Subject) -> Text:
        address = _link(subject.url)
        return Text.assemble("- ", (wording.subject(subject), f"link {address}" if address else ""))

    def open(self) -> None:
        if not self.audit.undetermined and not self.found.open_records:
            return
        self.heading("Undetermined: what one grant or declaration would settle")
        for each in sorted(self.audit.undetermined, key=lambda one: -one.subjects):
            subjects = wording.number(each.subjects, "subject", "subjects")
            rules = wording.number(len(each.rules), "rule", "rules")
            self.line(
                f"{wording.cause(each.cause)} leaves {subjects} of {rules} open", style="bold"
            )
            self.labelled("Next", plain(each.remedy), indent=2)
            self.labelled("Rules", plain(", ".join(each.rules)), indent=2)
        for record in self.found.open_records:
            self.open_record(record)
        if self.found.more_open:
            self.line(f"and {self.found.more_open:,} more findings: use --report json=PATH")
        self.console.print()

    def open_record(self, record: OpenRecord) -> None:
        rules = wording.number(len(record.rules), "rule", "rules")
        title = Text.assemble(self.linked(record.subject), f" leaves {rules} open")
        title.stylize("bold", 2)
        self.line(title)
        self.line(plain(record.message), indent=4)
        for line in wording.receipts(record.evidence, record.subject):
            self.line(line, indent=4, style="dim")
        self.labelled("Next", plain(record.remedy), indent=4)
        self.labelled("Rules", plain(", ".join(record.rules)), indent=4)

    def waived(self) -> None:
        groups = self.found.of("waived")
        if not groups:
            return
        self.heading("Waived")
        for group in groups:
            count = wording.number(group.count, "finding", "findings")
            self.line(f"{group.severity}[{plain(group.rule)}] {self.title(group.rule)} ({count})")
            for finding in group.first:
                self.line(f"- {wording.subject(finding.subject)}", indent=2)
                self.line(f"{finding.verdict}: {plain(finding.message)}", indent=4)
                self.line(wording.waiver(finding), indent=4, style="dim")
            if (more := group.count - len(group.first)) > 0:
                self.line(f"and {more:,} more: use --report json=PATH", indent=2)
        self.console.print()


def _link(address: str) -> str:
    """The address where a terminal may open it, else empty text."""
    safe = address.startswith("https://") and address.isprintable()
    return address if safe and not _UNSAFE_IN_LINKS & set(address) else ""


def _wrapped(text: Text, width: int) -> Lines:
    """The text in lines; a word longer than one stays whole: half an address cannot be copied."""
    breaks: list[int] = []
    column = 0
    for word in _WORD.finditer(text.plain):
        if column and column + cell_len(word[0].rstrip()) > width:
            breaks.append(word.start())
            column = 0
        column += cell_len(word[0])
    return text.divide(breaks)
