"""What README.md shows of the program is what the program prints."""

import pytest

from auditor import docs

REPORT = """3 mailboxes are meant to synchronize.

Environment: contoso, https://127.0.0.1:4711

Failing, worst first
error[a] A fault (1 finding)

error[b] Another fault (1 finding)

Run: 2026-11-25T15:54:00Z
Exit 0: complete.
"""


def test_the_excerpt_is_the_beginning_up_to_the_first_rule_that_fails_and_the_end():
    assert docs.excerpt(REPORT).split("\n\n") == [
        "3 mailboxes are meant to synchronize.",
        "Environment: contoso, https://127.0.0.1:4711",
        "Failing, worst first\nerror[a] A fault (1 finding)",
        "[…]",
        "Run: 2026-11-25T15:54:00Z\nExit 0: complete.",
    ]


@pytest.fixture
def page(tmp_path, monkeypatch):
    """A README with a capture, the report that the demo gives now, and what is made of both."""
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    monkeypatch.setattr(docs, "help_text", lambda: "Usage: auditor")

    def made(report: str) -> str:
        monkeypatch.setattr(docs, "report_of_the_demo", lambda: report)
        captured = f"<!-- capture -->\n```text\n{docs.excerpt(REPORT)}\n```\n<!-- /capture -->"
        helped = "<!-- help -->\n```text\nUsage: auditor\n```\n<!-- /help -->"
        (tmp_path / "README.md").write_text(f"# T\n{captured}\n{helped}\n", "utf-8")
        return docs.readme()

    return made


def test_other_times_and_ports_leave_the_page_as_it_is(page):
    assert "4711" in page(REPORT.replace("4711", "815").replace("15:54:00", "16:00:00"))


def test_another_sentence_is_taken_over(page):
    assert "A worse fault" in page(REPORT.replace("A fault", "A worse fault"))
