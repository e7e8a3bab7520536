"""Lays out the two files of a new rule: the rule and its test, both to be filled in.

Run by `make rule ID=some-id`. The rule answers undetermined and its test fails until both are
written; nothing else needs to be edited, for the catalogue walks the folders.
"""

import argparse
import re
import sys
from pathlib import Path

FOLDERS = {"support": "support", "lifecycle": "lifecycle", "health": "health", "security": "health"}
SUBJECTS = {
    "mailbox": "Mailbox",
    "profile": "EmailServerProfile",
    "organization": "Organization",
}

RULE = '''\
"""{id}: say in one line what is wrong when it fails."""

from rules.facts import {fact}
from rules.rule import rule
from rules.verdict import Undetermined, Verdict


@rule(
    id="{id}",
    title="{title}",
    kind="{kind}",
    severity="warning",
    effect="advice",
    source="https://learn.microsoft.com/",
    remedy="Say what an administrator does, and where.",
)
def check({subject}: {fact}) -> Verdict:
    """Say what is compared with what."""
    return Undetermined("This rule is laid out and not written.", "Write it.")
'''

TEST = """\
from rules.{folder}.{module} import check
from rules.verdict import outcome
from tests.rules.facts import {subject}
from tests.rules.gravity import gravity


def test_fails_where():
    assert outcome(check({subject}())) == "fail"


def test_passes_where():
    assert outcome(check({subject}())) == "pass"


def test_how_grave_its_failure_is():
    assert gravity("{id}") == ("warning", "advice")
"""


def lay_out(id: str, kind: str, subject: str, root: Path) -> list[Path]:
    """Write both files below `root` and give their paths.

    Raises ValueError for an id that is not kebab-case or is taken.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", id):
        raise ValueError(f"{id!r} is not a rule id; write two or more words: mailbox-not-approved")
    module, folder = id.replace("-", "_"), FOLDERS[kind]
    words = {
        "id": id,
        "title": id.replace("-", " ").capitalize(),
        "kind": kind,
        "folder": folder,
        "module": module,
        "subject": subject,
        "fact": SUBJECTS[subject],
    }
    files = {
        root / "rules" / folder / f"{module}.py": RULE,
        root / "tests" / "rules" / folder / f"test_{module}.py": TEST,
    }
    taken = [path for path in files if path.exists()]
    if taken:
        raise ValueError(f"{taken[0]} is there already; choose another id")
    for path, text in files.items():
        path.write_text(text.format_map(words), encoding="utf-8")
    return list(files)


def main(arguments: list[str] | None = None) -> int:
    """Lay out the files that the arguments ask for; 2 where that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("id")
    parser.add_argument("--kind", choices=sorted(FOLDERS), default="health")
    parser.add_argument("--subject", choices=sorted(SUBJECTS), default="mailbox")
    asked = parser.parse_args(arguments)
    try:
        files = lay_out(asked.id, asked.kind, asked.subject, Path.cwd())
    except ValueError as refusal:
        parser.error(str(refusal))
    sys.stdout.write("".join(f"{path.relative_to(Path.cwd())}\n" for path in files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
