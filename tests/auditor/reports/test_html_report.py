"""HTML: one well-formed file, no network, its own script alone, everything in it reachable."""

import base64
import hashlib
import json
import re
from html import escape
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from auditor.differences import Difference, FindingChange, MailboxChange, Moved, Run, compared
from auditor.model import MailboxEntry, Missing, Waived
from auditor.reports.page import collected
from rules.evidence import Evidence
from tests.auditor.reports.audits import (
    APPROVAL,
    CAUSES,
    FAILING,
    LOGGING,
    PROFILE,
    READ_AT,
    RULES,
    SHARED,
    audit_of,
    cause,
    covering,
    finding,
    hostile,
    mailbox,
    many,
    nothing,
    of_causes,
    refused,
    written,
)

VOID = {"meta", "br", "input", "rect", "path", "line", "circle"}


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.raw: dict[str, list[str]] = {"style": [], "script": [], "template": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]].append(text)
        else:
            self.text += text

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def data(self):
        return json.loads("".join(self.raw["template"]))


def section(text: str, anchor: str) -> str:
    return text.partition(f'<section id="{anchor}"')[2].partition("</section>")[0]


EVERY = pytest.mark.parametrize("audit", [audit_of, nothing, refused, hostile, lambda: many(2001)])


@EVERY
def test_it_is_well_formed_and_asks_no_network(audit):
    text = written("html", audit(), 1)
    page = Page(text)
    assert page.open == []
    assert not {"img", "link", "iframe", "object", "base"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") or name == "style" for _, of in page.tags for name in of)
    assert not any("src" in attributes for _, attributes in page.tags)
    assert "url(" not in text
    assert "@import" not in text


@EVERY
def test_its_policy_allows_its_own_style_and_script_alone(audit):
    page = Page(written("html", audit(), 1))
    [policy] = [each["content"] for each in page.every("meta") if "http-equiv" in each]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    own = ["".join(page.raw["style"]), *filter(None, ["".join(page.raw["script"])])]
    for text in own:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
        assert text == text.strip()
    assert "unsafe" not in policy


@pytest.mark.parametrize("audit", [audit_of, hostile, lambda: many(3)])
def test_links_lead_to_the_web_or_to_a_place_that_exists_once(audit):
    page = Page(written("html", audit()))
    ids = [each["id"] for _, each in page.tags if "id" in each]
    assert len(ids) == len(set(ids))
    for link in page.every("a"):
        href = link["href"] or ""
        assert href.startswith("https://") or href[1:] in ids, href


def test_the_heading_answers_the_question():
    page = written("html", audit_of())
    assert (
        "<h1>41 mailboxes are meant to synchronize: 37 work, "
        "1 works but is unsupported, 2 are broken, 1 unknown."
        "<small>4 are not in use (no delivery method: 3, deactivated: 1).</small></h1>"
    ) in page


def test_four_cards_say_how_many_stand_how():
    page = Page(written("html", audit_of()))
    cards = [each["class"] for each in page.every("li") if "card" in (each.get("class") or "")]
    assert cards == ["card works", "card unsupported", "card broken", "card unknown"]


def test_the_first_causes_say_what_each_repairs_and_lead_to_their_findings():
    text = written("html", audit_of())
    first = text.partition('<ol class="deal">')[2].partition("</ol>")[0]
    assert first.count("<li>") == len(CAUSES)
    assert "repairs 1 mailbox" in first
    assert f'<a href="#cause-0">Profile {PROFILE.name}</a>' in first
    # A browser opens what is folded around the place that a link leads to, not the place itself.
    assert re.search(r'<details class="fold[^>]*><summary>[^\n]*</summary>\n.*id="cause-0"', text)


def test_the_same_change_on_several_mailboxes_is_one_cause():
    text = written("html", many(3))
    first = text.partition('<ol class="deal">')[2].partition("</ol>")[0]
    assert first.count("<li>") == 1
    assert "3 mailboxes" in first
    assert "repairs 3 mailboxes" in first


def test_one_line_tells_what_could_not_be_seen_and_what_would_show_it():
    text = written("html", audit_of())
    line = text.partition('id="not-seen"')[2].partition("</section>")[0]
    assert "2 sources were not read in full" in line
    assert "Check the password in env:CONTOSO_EWS." in line
    assert 'id="not-seen"' not in written("html", nothing())


def test_where_all_was_read_that_line_tells_of_how_many_mailboxes_something_is_open():
    missing = Missing("Declare `fips_140_2`.", 30, (), ())
    text = written("html", audit_of(sources=(), summary=covering(1, missing)))
    line = text.partition('id="not-seen"')[2].partition("</section>")[0]
    assert "For 40 of 41 mailboxes it is open whether Microsoft supports what they use." in line
    assert "<strong>For 30 of them:</strong> Declare <code>fips_140_2</code>." in line


def test_a_mailbox_opens_to_its_causes_its_evidence_the_remedy_and_its_record():
    text = written("html", audit_of())
    rows = text.partition('id="rows"')[2].partition("</ul>\n<h3>")[0]
    anna = next(each for each in rows.split('<li class="row') if "Anna" in each)
    assert "emailrouteraccessapproval = 3" in anna
    assert escape(RULES[APPROVAL].remedy) in anna
    assert 'rel="noreferrer">Open the record in Dynamics 365</a>' in anna


def test_a_mailbox_that_only_its_profile_breaks_is_there_with_that_cause():
    [profile, _] = CAUSES
    entry = MailboxEntry(mailbox(9).id, "Zoe", "zoe@x.example", PROFILE.id, "broken", (profile.id,))
    text = written("html", audit_of(mailboxes=lambda: iter((entry,)), names={PROFILE.id: "Süd"}))
    row = text.partition('<li class="row broken">')[2].partition("</li>\n</ul>")[0]
    assert "Zoe" in row
    assert '<span class="on">Süd</span>' in row
    assert f'<a href="#cause-0">Profile {PROFILE.name}</a>' in row


def test_up_to_2000_mailboxes_stand_there_without_the_script():
    assert written("html", many(2000)).count('<li class="row ') == 2000


def test_of_more_mailboxes_it_says_how_many_need_the_script_and_the_script_has_them_all():
    text = written("html", many(2001))
    page = Page(text)
    assert text.count('<li class="row ') == 200
    assert "1,801 more rows need the script of this page, or the CSV report." in text
    assert [row[1] for row in page.data["rows"]] == [f"Mailbox {number}" for number in range(2001)]
    shown = page.data["sets"][page.data["rows"][2000][6]]
    assert page.data["findings"][shown[0]][3] == "It is not as it should be."


def test_what_is_beyond_all_bounds_is_counted(monkeypatch):
    monkeypatch.setattr(collected, "LISTED", 10)
    monkeypatch.setattr(collected, "IN_FULL", 5)
    text = written("html", many(25))
    assert "15 more mailboxes are in the CSV and JSON reports alone." in text
    assert text.count("more findings are in the CSV and JSON reports.") == 1


def test_of_more_mailboxes_than_it_lists_it_holds_no_more_than_it_lists(monkeypatch):
    monkeypatch.setattr(collected, "LISTED", 10)
    collector = collected._Collector(many(500))
    found = collector.collected()
    assert (len(found.rows), found.mailboxes) == (10, 500)
    assert found.groups[0].count == 500
    held = (collector.group_of_cause, collector.group_of_finding, collector.rows, collector.listed)
    assert max(map(len, held)) <= 10
    of_rule = found.rules[APPROVAL]
    group = found.groups[0]
    counted = of_rule.elsewhere + len(of_rule.full) + of_rule.more
    assert counted == 500
    assert len(group.findings) + group.more == 10


def test_evidence_is_dropped_before_mailboxes_are(monkeypatch):
    monkeypatch.setattr(collected, "DETAIL_CHARACTERS", 100)
    listed = [
        replace(finding(APPROVAL, mailbox(number)), message=f"Message {number}")
        for number in range(25)
    ]
    text = written("html", replace(many(25), findings=lambda: iter(listed)))
    assert text.count('<li class="row ') == 25
    assert re.search(r"<p>\d+ findings stand without their evidence here", text)


NIGHTS = (Run("1", "2026-11-22T08:00:00Z", "", ""), Run("2", "2026-11-23T08:00:00Z", "", ""))


def since_the_last_run(change: Difference) -> str:
    text = written("html", compared(audit_of(), change))
    return text.partition('<h2 id="changed">')[2].partition("</section>")[0]


def test_since_the_last_run_says_for_each_change_what_it_is():
    found = [
        FindingChange("f1", APPROVAL, "error", mailbox(1), "", "new", "setting"),
        FindingChange("f2", FAILING, "error", PROFILE, "", "fixed", "source"),
    ]
    moved = MailboxChange("m", "Anna <b>", "a@contoso.example", Moved(None, "broken"))
    last, now = NIGHTS
    change = Difference(
        old=last, new=now, mailboxes=(moved,), findings=tuple(found), still=3, subjects=()
    )
    panel = since_the_last_run(change)
    assert "Since the run of 2026-11-22T08:00:00Z: 1 mailbox stopped working;" in panel
    assert re.findall("<li>(.*?)</li>", panel) == [
        "Stopped working: Anna &lt;b&gt; &lt;a@contoso.example&gt;: not broken before, broken now",
        f"New: error {APPROVAL}: Mailbox 1",
        f"Fixed: error {FAILING}: Vertrieb Süd (a source was not read)",
    ]


def test_the_first_run_says_that_the_next_one_tells_what_changed():
    panel = since_the_last_run(Difference(old=None, new=NIGHTS[1]))
    assert "This is the first run that is stored" in panel
    assert "<ul" not in panel
    assert "Since the last run" not in written("html", audit_of())


def test_20000_mailboxes_stay_within_4_megabytes():
    assert len(written("html", many(20_000))) < 4_000_000


def test_rules_with_nothing_but_undetermined_subjects_stand_apart():
    text = written("html", audit_of())
    assert RULES[FAILING].title in section(text, "failing")
    assert RULES[SHARED].title in section(text, "open")
    assert RULES[SHARED].title not in section(text, "failing")
    assert f"{RULES[LOGGING].title} <code>" in section(text, "rules")  # nothing was found by it


def test_dates_to_come_stand_on_a_line():
    ends = next(each.id for each in RULES.values() if each.effect == "ends")
    days = [Evidence("lifecycle", ends, "stopped", day, READ_AT) for day in ("2026-12-31",)]
    past = [Evidence("lifecycle", ends, "stopped", "2020-12-31", READ_AT)]
    rules = (replace(audit_of().rules[0], rule=RULES[ends]),)
    audit = audit_of(
        (finding(ends, PROFILE, shown=days), finding(ends, mailbox(8), shown=past)),
        rules=rules,
        **of_causes(cause(ends, PROFILE, 3, 0)),
    )
    part = section(written("html", audit), "ends")
    assert "<strong>2026-12-31</strong>, in 38 days" in part
    assert "2020-12-31" not in part
    assert part.count("<circle") == 1


def test_waived_findings_are_marked_and_say_why():
    waived = Waived("CHG-1234", "2027-03-31")
    text = written("html", audit_of((finding(APPROVAL, mailbox(7), waived=waived),)))
    assert "waived until 2027-03-31: CHG-1234" in text


def test_it_begins_with_links_to_the_parts_that_there_are():
    nav = written("html", audit_of()).partition("<nav")[2].partition("</nav>")[0]
    assert re.findall(r">([^<\n]+)</a>", nav)[:4] == [
        "Mailboxes",
        "Causes",
        "Not seen",
        "Rules that fail",
    ]


def test_rules_lead_to_their_findings_wherever_they_are_named():
    text = written("html", audit_of())
    assert f'<a href="#rule-{SHARED}">{SHARED}</a>' in section(text, "unseen")
    assert f'<a href="#rule-{FAILING}">{FAILING}</a>' in section(text, "statements")


def test_a_remedy_of_its_own_is_told_apart_from_what_would_show_more():
    failing, left_open = (
        replace(finding(APPROVAL, mailbox(number), verdict), remedy="Look there.")
        for number, verdict in ((5, "fail"), (6, "undetermined"))
    )
    text = written("html", audit_of((failing, left_open)))
    assert "<strong>Do: </strong>Look there." in text
    assert "<strong>To find out: </strong>Look there." in text


def test_code_in_a_remedy_is_code():
    remedy = "Run `Get-Mailbox <name>`, then test."
    fails = replace(finding(APPROVAL, mailbox(5)), remedy=remedy)
    assert "<code>Get-Mailbox &lt;name&gt;</code>" in written("html", audit_of((fails,)))


def test_folded_findings_are_printed():
    assert "details::details-content" in written("html", nothing())


def test_cells_name_their_column_where_a_screen_is_narrow():
    page = Page(written("html", audit_of()))
    assert all("data-label" in each for each in page.every("td"))


def test_it_can_be_read_aloud():
    page = Page(written("html", audit_of()))
    assert page.every("html") == [{"lang": "en"}]
    assert len(page.every("h1")) == 1
    assert len(page.every("caption")) == len(page.every("table"))
    assert all(each.get("scope") == "col" for each in page.every("th"))
    assert len(page.every("main")) == len(page.every("title")) == 1
    labels = {each["for"] for each in page.every("label")}
    assert labels == {each["id"] for tag in ("input", "select") for each in page.every(tag)}


def test_that_not_all_was_read_stands_out():
    assert '<span class="badge incomplete">Incomplete</span>' in written("html", audit_of())
    assert '<span class="badge complete">Complete</span>' in written("html", nothing())


def test_that_nothing_fails_is_good_news_only_where_everything_was_read_and_told():
    good = '<p class="good">No unwaived failing finding.</p>'
    assert good in written("html", nothing())
    assert good not in written("html", refused())


def test_hostile_text_is_shown_as_it_is():
    page = Page(written("html", hostile()))
    shown = '[red] "><script>alert(1)</script>|=cmd()`\\x00\\ud800]]>'
    assert shown in page.text
    assert any(shown in row[1] for row in page.data["rows"])
    assert not any("javascript:" in (each["href"] or "") for each in page.every("a"))


def test_both_colour_schemes_keep_text_readable():
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) for each colour of text."""
    style = written("html", nothing())
    schemes = [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in
               re.findall(r":root \{(.*?)\}", style, re.S)]  # fmt: skip
    assert len(schemes) == 2
    for colours in schemes:
        for name in ("text", "quiet", "link", "works", "unsupported", "broken", "unknown"):
            for ground in ("paper", "panel", "sunk"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
