"""HTML: one well-formed file, no network, no script, everything in it reachable."""

import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from auditor.model import Waived
from tests.auditor.reports.audits import (
    APPROVAL,
    FAILING,
    LOGGING,
    RULES,
    SHARED,
    audit_of,
    finding,
    hostile,
    mailbox,
    many,
    nothing,
    refused,
    written,
)

VOID = {"meta", "br", "input"}


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.text += text

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("audit", [audit_of, nothing, refused, hostile, lambda: many(1001)])
def test_it_is_well_formed_and_asks_no_network_and_no_script(audit):
    text = written("html", audit(), 1)
    page = Page(text)
    assert page.open == []
    assert not {"script", "img", "link", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, each in page.tags for name in each)
    assert "url(" not in text
    assert "@import" not in text


def test_links_lead_to_the_web_or_to_a_place_that_exists_once():
    for audit in (audit_of(), hostile()):
        page = Page(written("html", audit))
        ids = [each["id"] for _, each in page.tags if "id" in each]
        assert len(ids) == len(set(ids))
        for link in page.every("a"):
            href = link["href"] or ""
            assert href.startswith("https://") or href[1:] in ids, href


def test_the_heading_answers_the_question():
    assert (
        "<h1>41 mailboxes are meant to synchronize: 37 work, 1 works but is unsupported, "
        "2 are broken, 1 unknown;"
        "<small> 4 are not in use (no delivery method: 3, deactivated: 1).</small></h1>"
    ) in written("html", audit_of())


def test_a_fix_leads_to_its_findings_inside_what_opens():
    text = written("html", audit_of())
    place = f"error-{FAILING}"
    assert f'<a href="#{place}">' in text
    # A browser opens what is folded around the place that a link leads to, not the place itself.
    assert re.search(rf"<details[^>]*><summary>[^\n]*</summary>\n<p id=\"{place}\">", text)


def test_it_begins_with_links_to_the_parts_that_there_are():
    nav = written("html", audit_of()).partition("<nav")[2].partition("</nav>")[0]
    assert re.findall(r">([^<\n]+)</a>", nav) == [
        "What was not read",
        "What would settle the undetermined",
        "Repair first",
        "Errors (2 failing)",
        "Statements",
        "Rules",
    ]
    assert "<nav" not in written("html", nothing())


def test_rules_lead_to_their_findings_wherever_they_are_named():
    text = written("html", audit_of())
    place = {each: f"{RULES[each].severity}-{each}" for each in (FAILING, SHARED)}
    within = {
        each: text[text.index(f'<section id="{each}">') :].partition("</section>")[0]
        for each in ("open", "statements", "rules")
    }
    assert f'<a href="#{place[SHARED]}">{SHARED}</a>' in within["open"]
    assert f'<a href="#{place[FAILING]}">{FAILING}</a>' in within["statements"]
    assert f'<a href="#{place[FAILING]}">' in within["rules"]
    assert f"{RULES[LOGGING].title} <code>" in within["rules"]  # nothing was found by it


def test_a_remedy_of_its_own_mends_what_fails_and_comes_next_where_nothing_is_known():
    failing, open = (
        replace(finding(APPROVAL, mailbox(number), verdict), remedy="Look there.")
        for number, verdict in enumerate(("fail", "undetermined"))
    )
    text = written("html", audit_of((failing, open)))
    assert re.findall(r"<strong>(\w+):</strong> Look there", text) == ["Fix", "Next"]


def test_of_many_causes_the_first_are_shown_and_the_rest_counted():
    text = written("html", many(51))
    assert "1 more cause in the JSON report" in text


def test_findings_can_be_narrowed_by_severity_and_verdict_without_a_script():
    page = Page(written("html", audit_of()))
    switches = {each["id"] for each in page.every("input")}
    assert switches == {
        f"show-{each}" for each in ("error", "warning", "note", "fail", "undetermined")
    }
    labelled = {each["for"] for each in page.every("label")}
    assert labelled == switches
    assert all("checked" in each for each in page.every("input"))
    classes = {tuple((each.get("class") or "").split()) for each in page.every("details")}
    assert ("error", "only-fail") in classes
    assert ("error", "only-undetermined") in classes
    style = written("html", audit_of())
    for switch in switches:
        assert f"#{switch}:not(:checked)" in style


def test_folded_findings_are_printed():
    assert "details::details-content" in written("html", nothing())


def test_cells_of_the_first_tables_name_their_column_where_a_screen_is_narrow():
    page = Page(written("html", audit_of()))
    labels = [each["data-label"] for each in page.every("td") if "data-label" in each]
    assert {"Next", "Subjects", "Fix", "Mailboxes repaired"} <= set(labels)


def test_it_can_be_read_aloud():
    page = Page(written("html", audit_of()))
    assert page.every("html") == [{"lang": "en"}]
    assert len(page.every("h1")) == 1
    assert len(page.every("caption")) == len(page.every("table"))
    assert all(each.get("scope") == "col" for each in page.every("th"))
    assert len(page.every("main")) == len(page.every("title")) == 1


def test_that_not_all_was_read_stands_out():
    told = "Incomplete: not every configured source could be read."
    assert f"<dd><strong>{told}</strong></dd>" in written("html", audit_of())
    assert "<dd>Complete: every configured source was read.</dd>" in written("html", nothing())


def test_that_nothing_fails_is_good_news_only_where_everything_was_read_and_told():
    good = '<p class="good">No unwaived failing finding.</p>'
    assert good in written("html", nothing())
    assert good not in written("html", refused())


def test_nothing_can_be_narrowed_where_nothing_was_found():
    assert "<fieldset" in written("html", audit_of())
    assert "<fieldset" not in written("html", nothing())


def test_hostile_text_is_shown_as_it_is():
    page = Page(written("html", hostile()))
    assert '[red] "><script>alert(1)</script>|=cmd()`\\x00\\ud800]]>' in page.text


def test_what_fails_stands_before_what_is_open_or_waived():
    def stream():
        for number in range(2000):
            waived = Waived("CHG-1234", "2027-03-31") if number % 4 == 1 else None
            verdict = "fail" if number % 2 else "undetermined"
            yield finding(APPROVAL, mailbox(number), verdict, waived=waived)

    text = written("html", audit_of((), findings=stream))
    order = [int(number) for number in re.findall(r">mailbox Mailbox (\d+) ", text)]
    failing = list(range(3, 2000, 4))
    assert order[: len(failing)] == failing
    assert order[len(failing) :] == [number for number in range(2000) if number % 4 != 3]
    assert text.count("<tr class=") == 2000


def test_a_long_list_is_cut_into_parts_to_open():
    text = written("html", many(1001))
    names = ["1 to 500", "501 to 1,000", "1,001 to 1,001"]
    assert [n for n in names if f"<summary>Subjects {n} of 1,001</summary>" not in text] == []


def test_both_colour_schemes_keep_text_readable():
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) for each colour of text."""
    style = written("html", nothing())
    schemes = [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in
               re.findall(r":root \{(.*?)\}", style, re.S)]  # fmt: skip
    assert len(schemes) == 2
    for colours in schemes:
        for name in ("text", "quiet", "link", "error", "warning", "note", "good"):
            for ground in ("paper", "panel"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
