"""The alert rules and the dashboard in docs/monitoring ask for what the Prometheus report holds."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.rule import catalogue
from tests.auditor.reports.audits import audit_of, written

DOCS = Path(__file__).parent.parent / "docs"
ALERTS = DOCS / "monitoring" / "alerts.yml"
PAGE = (DOCS / "monitoring.md").read_text("utf-8")
DASHBOARD = json.loads((DOCS / "monitoring" / "dashboard.json").read_text("utf-8"))
OURS = re.compile(r"\b(auditor_\w+)(?:\{([^}]*)\})?")


def is_run_of(labels: str) -> dict[str, str]:
    return dict(re.findall(r'(\w+)=~?"([^"]*)"', labels))


def known() -> dict[str, dict[str, set[str]]]:
    """Every metric of a complete run, with the values that its labels have."""
    found: dict[str, dict[str, set[str]]] = {}
    for name, labels in OURS.findall(written("prometheus", audit_of(complete=True), 0)):
        values = found.setdefault(name, {})
        for label, value in is_run_of(labels).items():
            values.setdefault(label, set()).add(value)
    found["auditor_rule_subjects"]["kind"] |= {rule.kind for rule in catalogue()}
    return found


METRICS = known()
CHOSEN = {"state", "outcome", "kind", "severity"}
"""Labels of which every possible value is in every file."""


def unknown_parts(query: str) -> list[str]:
    """What a query asks for that no file holds: metrics, labels, values of labels."""
    missing = []
    for name, labels in OURS.findall(query):
        if name not in METRICS:
            missing.append(name)
            continue
        for label, value in is_run_of(labels).items():
            if label not in METRICS[name]:
                missing.append(f"{name}: {label}")
            elif label in CHOSEN:
                values = set(value.split("|")) - METRICS[name][label]
                missing += [f"{name}: {label}={each}" for each in sorted(values)]
        for grouped in re.findall(r"by \(([^)]*)\) \(" + name, query):
            lost = set(grouped.split(", ")) - set(METRICS[name])
            missing += [f"{name}: by {each}" for each in sorted(lost)]
    return missing


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return list(group["rules"])


def queries() -> list[str]:
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    variables = [
        each["definition"] for each in DASHBOARD["templating"]["list"] if "definition" in each
    ]
    return panels + variables


def test_a_query_for_what_no_file_holds_is_noticed():
    assert unknown_parts("auditor_none > 0") == ["auditor_none"]
    assert unknown_parts('auditor_mailboxes{state="brokn"}') == ["auditor_mailboxes: state=brokn"]
    assert unknown_parts("sum by (who) (auditor_mailboxes)") == ["auditor_mailboxes: by who"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_a_file_holds_and_says_what_to_do(rule):
    assert OURS.search(rule["expr"])
    assert unknown_parts(rule["expr"]) == []
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"]


def test_every_panel_asks_for_what_a_file_holds():
    assert [each for query in queries() for each in unknown_parts(query)] == []
    assert all(OURS.search(query) for query in queries())


def test_no_panel_lies_over_another():
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_page_names_metrics_that_there_are():
    assert set(re.findall(r"\bauditor_\w+", PAGE)) <= set(METRICS)


HEALTHY = {
    'auditor_mailboxes{state="broken"}': "0+0x2000",
    "auditor_last_complete_timestamp_seconds": "110000+0x2000",
    "auditor_finished_timestamp_seconds": "110000+0x2000",
    "auditor_complete": "1+0x2000",
}
promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool")


@promtool
def test_promtool_accepts_the_alerts_and_the_file():
    checked = subprocess.run(
        ["promtool", "check", "rules", ALERTS], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    metrics = subprocess.run(
        ["promtool", "check", "metrics"],
        input=written("prometheus", audit_of(complete=True), 0),
        capture_output=True,
        text=True,
        check=False,
    )
    assert metrics.returncode == 0, metrics.stderr


@promtool
@pytest.mark.parametrize(
    ("alert", "series"),
    [
        ("MailboxesBroken", {'auditor_mailboxes{state="broken"}': "3+0x2000"}),
        ("MoreMailboxesBroken", {'auditor_mailboxes{state="broken"}': "3+0x1440 4+0x560"}),
        ("RunNotComplete", {"auditor_last_complete_timestamp_seconds": "-18000+0x2000"}),
        ("RunNotComplete", {"auditor_complete": "0+0x2000"}),
        ("RunMissing", {"auditor_finished_timestamp_seconds": "-18000+0x2000"}),
        ("NoMetrics", {}),
        (
            "SupportEnds",
            {'auditor_rule_subjects{kind="lifecycle",outcome="fail",rule="ends"}': "1+0x2000"},
        ),
    ],
)
def test_an_alert_is_given_where_it_is_meant_and_not_in_a_healthy_tenant(tmp_path, alert, series):
    sick = ({} if alert == "NoMetrics" else HEALTHY) | series
    assert "exp:[], \n        got:[" in told_of_no_alert(tmp_path, alert, sick)
    assert "SUCCESS" in told_of_no_alert(tmp_path, alert, HEALTHY)


def told_of_no_alert(directory: Path, alert: str, series: dict[str, str]) -> str:
    """What promtool says where no alert is expected after 33 hours of a value each minute."""
    found = [{"series": name, "values": values} for name, values in series.items()]
    expected = [{"eval_time": "33h", "alertname": alert, "exp_alerts": []}]
    whole = {
        "rule_files": [str(ALERTS)],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": found, "alert_rule_test": expected}],
    }
    file = directory / "test.yml"
    file.write_text(yaml.safe_dump(whole), "utf-8")
    told = subprocess.run(
        ["promtool", "test", "rules", file], capture_output=True, text=True, check=False
    )
    return told.stdout + told.stderr
