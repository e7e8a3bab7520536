"""The page's template: colours and words of findings, prose with code, and one policy."""

import base64
import hashlib
import re

import pytest
from markupsafe import Markup
from msgspec.structs import replace

from auditor.reports.page import template
from auditor.reports.page.collected import Shown
from tests.auditor.reports.audits import audit_of, written

FAILS = Shown("r", "error", "fail", "", "", (), (), "", "", "")
OPEN = replace(FAILS, verdict="undetermined")


@pytest.mark.parametrize(
    ("of", "colour", "word"),
    [
        (FAILS, "broken", "fails"),
        (replace(FAILS, severity="warning"), "unsupported", "fails"),
        (replace(FAILS, severity="note"), "unknown", "fails"),
        (replace(FAILS, waived="until"), "unknown", "waived"),
        (OPEN, "unknown", "could not be established"),
        (replace(OPEN, waived="until"), "unknown", "waived"),
    ],
)
def test_a_finding_has_a_colour_and_a_word(of, colour, word):
    assert template.colour(of) == colour
    assert template.word(of) == word


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Set <it>.", "Set &lt;it&gt;."),
        ("Set `a<b` to `1`.", "Set <code>a&lt;b</code> to <code>1</code>."),
        ("`a`", "<code>a</code>"),
        ("Half a `quote <b>", "Half a `quote &lt;b&gt;"),
        ("a `b` `c", "a `b` `c"),
        ("a\nb", "a b"),
    ],
)
def test_what_stands_between_backticks_is_code(text, shown):
    prose = template.prose(text)
    assert isinstance(prose, Markup)
    assert prose == shown


def hash_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_policy_allows_the_style_and_the_script_alone():
    page = written("html", audit_of())
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.replace("&#39;", "'") == (
        f"default-src 'none'; style-src '{hash_of(style)}'; script-src '{hash_of(script)}';"
        " base-uri 'none'; form-action 'none'"
    )


def test_texts_are_plain_and_markup_and_numbers_are_left_as_they_are():
    assert template._shown("a\nb") == "a b"
    marked = Markup("a\nb")
    assert template._shown(marked) is marked
    assert template._shown(5) == 5
