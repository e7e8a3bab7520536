"""Writes the documentation that is made from the code, or checks that it is fresh.

`python -m auditor.catalogue.docs` writes docs/rules.md, docs/statements.md and the blocks that show
the program's help in docs/commands.md and a report of the demo in README.md. With `--check` it
writes nothing and exits 1 where a file differs.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from auditor.catalogue.examples import Told, examples
from auditor.catalogue.help_text import help_text
from auditor.catalogue.needs import SourceNeed, needs_of
from auditor.reports.shared import evidence_words
from connectors.sources.catalogue import readers
from rules.alert_causes import AlertCause
from rules.edition import EDITIONS, Edition, load
from rules.rule import Rule, catalogue
from rules.thresholds import Threshold, duration
from rules.verdict import EFFECTS

ROOT = Path(__file__).parents[2]

# The day of the report in README.md: a retirement that falls due must not make it stale.
CAPTURED_AS_OF = "2026-11-25"
_DIFFERS_EACH_TIME = re.compile(r"\d{4}-\d\d-\d\d(T[\d:]+Z)?|(?<=127\.0\.0\.1:)\d+")

_RULES_HEAD = ("| rule | subject | severity | effect | title |", "|---|---|---|---|---|")
_KINDS = {
    "support": "Support: what the support document says",
    "lifecycle": "Lifecycle: retirements and ends of support",
    "security": "Security",
    "health": "Health: what keeps synchronization working",
}


def sources_file() -> str:
    """auditor/catalogue/sources.json: what each source needs, told without loading its reader."""
    needed = {each.source: SourceNeed(each.source, each.section, each.grant) for each in readers()}
    made = msgspec.json.encode([needed[name] for name in sorted(needed)])
    return msgspec.json.format(made, indent=2).decode() + "\n"


def rules_page() -> str:
    """docs/rules.md: every rule with what it needs, decides and advises."""
    rules = catalogue()
    lines = [
        "# Rules",
        "",
        f"{len(rules)} rules, made from the catalogue by `make docs`. `auditor explain RULE` "
        "shows one of them on the terminal.",
        "",
        "The effect of a rule is what its failure does to the mailboxes that it bears on; like "
        "the severity it is the gravest that the rule can give:",
        "",
        *(f"- `{effect}`: {meaning}" for effect, meaning in EFFECTS.items()),
        "",
    ]
    for kind, heading in _KINDS.items():
        chosen = [rule for rule in rules if rule.kind == kind]
        lines += [f"## {heading}", "", *_RULES_HEAD]
        lines += [
            f"| [{rule.id}](#{rule.id}) | {rule.subject} | {rule.severity} | {rule.effect} "
            f"| {_cell(rule.title)} |"
            for rule in chosen
        ]
        lines.append("")
        for rule in chosen:
            lines += _section(rule)
    lines += _alert_causes()
    return "\n".join(lines).rstrip() + "\n"


def _section(rule: Rule) -> list[str]:
    judged = {
        "synchronizing": "synchronizing mailboxes",
        "in-use": "active profiles that a synchronizing mailbox uses",
        "all": f"every {rule.subject}",
    }[rule.population]
    lines = [
        f"### {rule.id}",
        "",
        f"**{rule.title}** ({rule.severity}, {rule.effect}; judges {judged})",
        "",
        rule.doc,
        "",
        f"*What to do:* {rule.remedy}",
        "",
    ]
    if rule.statements:
        links = ", ".join(f"[{id}](statements.md#{id.lower()})" for id in rule.statements)
        lines += [f"*Decides:* {links}", ""]
    lines += [f"*Looks at:* {', '.join(facts_of(rule))}", ""]
    needs = needs_of(rule)
    if needs.sources:
        lines += [f"*Reads:* {', '.join(each.source for each in needs.sources)}", ""]
    if needs.declarations:
        named = ", ".join(f"`{key}`" for key in needs.declarations)
        lines += [f"*Asks the configuration, section `declared`:* {named}", ""]
    example = examples()[rule.id]
    lines += [f"*Fails, for example:* {_example(example.fails)}", ""]
    lines += [f"*Passes, for example:* {_example(example.passes)}", ""]
    if rule.thresholds:
        lines += ["| threshold | default | meaning |", "|---|---|---|"]
        lines += [
            f"| `{each.name}` | {default_of(each)} | {each.meaning} |" for each in rule.thresholds
        ]
        lines.append("")
    lines += [f"*Source:* <{rule.source}>", ""]
    return lines


def _example(told: Told) -> str:
    values = ", ".join(
        f"`{each.field} = {evidence_words.value(each.value)}`" for each in told.evidence
    )
    return f"{told.message} ({values})"


def _alert_causes() -> list[str]:
    return [
        "## Alerts that are recognised",
        "",
        "By their codes, in any language; the words of an alert are never kept. What is shown as",
        "the `text` of an alert is the name of its cause.",
        "",
        "| cause | code or phrase | what the alert says | what to do |",
        "|---|---|---|---|",
        *(
            f"| {cause.id} | {', '.join(f'`{each}`' for each in cause.phrases) or '(by its words)'}"
            f" | {_cell(cause.says)} | {_cell(cause.remedy)} |"
            for cause in AlertCause
        ),
        "",
    ]


def facts_of(rule: Rule) -> list[str]:
    """The names of the facts that a rule asks for, `every …` for listings."""
    return [_name(need) for _, need in rule.needs]


def _name(need: object) -> str:
    inner = getattr(need, "__args__", None)
    return f"every {inner[0].__name__}" if inner else getattr(need, "__name__", str(need))


def default_of(threshold: Threshold) -> str:
    """A threshold's default in words."""
    if threshold.unit == "duration":
        return duration(threshold.default)
    return str(threshold.default)


def statements_page() -> str:
    """docs/statements.md: every statement of every edition with the rules that decide it."""
    lines = [
        "# Statements of the support documents",
        "",
        "Each published statement in our own words, and the rules that decide it.",
        "Made by `make docs`.",
        "",
    ]
    deciders = _deciders()
    for id in EDITIONS:
        edition = load(id)
        lines += [
            f"## {edition.title}",
            "",
            f"Edition `{edition.id}`, text of {edition.text_date}: <{edition.source}>",
            "",
            "| statement | kind | says | decided by |",
            "|---|---|---|---|",
        ]
        lines += [_statement_row(edition, each.id, deciders) for each in edition.statements]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _statement_row(edition: Edition, id: str, deciders: dict[str, list[str]]) -> str:
    statement = edition.statement(id)
    if statement.kind in ("scope", "removed"):
        rules = "the choice of edition"
    else:
        rules = ", ".join(f"[{rule}](rules.md#{rule})" for rule in deciders[id])
    anchor = f'<a id="{id.lower()}"></a>{id}'
    return f"| {anchor} | {statement.kind} | {_cell(statement.paraphrase)} | {rules} |"


def _deciders() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in catalogue():
        for id in rule.statements:
            found.setdefault(id, []).append(rule.id)
    return found


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def commands_page() -> str:
    """docs/commands.md with the help of the program as it is now."""
    return _with_block((ROOT / "docs" / "commands.md").read_text("utf-8"), "help", help_text())


def readme() -> str:
    """README.md with the answer of a report of the demo as it is now."""
    text = (ROOT / "README.md").read_text("utf-8")
    shown = _block(text, "capture")
    made = excerpt(report_of_the_demo())
    # Times and ports alone make no report stale.
    fresh = _DIFFERS_EACH_TIME.sub("", shown) == _DIFFERS_EACH_TIME.sub("", made)
    return text if fresh else _with_block(text, "capture", made)


def report_of_the_demo() -> str:
    """What `auditor demo` prints on a day that stays the same."""
    command = [sys.executable, "-m", "auditor", "demo", "--no-history", "--as-of", CAPTURED_AS_OF]
    environment = {**os.environ, "NO_COLOR": "1"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return run.stdout


def excerpt(report: str) -> str:
    """The answer, the causes and the first rule that fails; what is left out is marked."""
    answer, *paragraphs = report.strip().split("\n\n")
    shown = [each for each in paragraphs if each.startswith(("Repair first", "Failing"))]
    assert len(shown) == 2, "the report of the demo has no causes, or no rule that fails"
    causes, finding = shown
    return "\n\n".join([answer, "[…]", causes, "[…]", finding, "[…]"])


def _block(text: str, name: str) -> str:
    match = _fenced(name).search(text)
    assert match is not None, f"no block stands between <!-- {name} --> and <!-- /{name} -->"
    return match[2]


def _with_block(text: str, name: str, content: str) -> str:
    return _fenced(name).sub(lambda match: f"{match[1]}{content}{match[3]}", text)


def _fenced(name: str) -> re.Pattern[str]:
    fence = "```"
    return re.compile(
        rf"(<!-- {name} -->\n{fence}text\n)(.*?)(\n{fence}\n<!-- /{name} -->)", re.DOTALL
    )


PAGES: dict[str, Callable[[], str]] = {
    "auditor/catalogue/sources.json": sources_file,
    "docs/rules.md": rules_page,
    "docs/statements.md": statements_page,
    "docs/commands.md": commands_page,
    "README.md": readme,
}


def main(arguments: list[str]) -> int:
    """0: written, or fresh; 1: `--check` found a difference; 2: wrong usage."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m auditor.catalogue.docs [--check]\n")
        return 2
    stale = []
    for name, page in PAGES.items():
        path = ROOT / name
        made = page()
        if path.exists() and path.read_text("utf-8") == made:
            continue
        stale.append(name)
        if not arguments:
            path.write_text(made, "utf-8")
    if arguments and stale:
        sys.stderr.write(f"Not fresh: {', '.join(stale)}. Run `make docs` and commit the result.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
