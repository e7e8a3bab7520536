"""What the workers of a cluster are asked, and what they cannot do."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.audits.elsewhere import tasks as module
from auditor.cli.audits.elsewhere.tasks import check_options, cluster_tasks
from auditor.configuration import load, select
from connectors.transport.errors import SourceFailed
from tests.auditor.cli.audits.test_comparing import given
from tests.auditor.snapshots.sources import reader_named

TEXT = """\
[environments.one]
url = "https://one.example"
auth = { method = "ntlm", username = "u", password = "env:ONE" }
[environments.two]
url = "https://two.example"
auth = { method = "ntlm", username = "u", password = "env:TWO" }
[network]
proxy = "env:PROXY"
[notify]
urls = ["env:CHANNEL"]
"""


@pytest.mark.parametrize(
    ("options", "more", "refused"),
    [
        ({}, {}, None),
        ({}, {"snapshot": "s"}, "--snapshot"),
        ({"redaction": object()}, {}, "--redact"),
        ({}, {"resume": True}, "--resume"),
        ({"verbose": True}, {}, "--verbose"),
    ],
)
def test_what_is_for_audits_done_here_is_refused(
    options: dict[str, Any], more: dict[str, Any], refused: str | None
) -> None:
    values = {"snapshot": None, "resume": False, **more}
    try:
        check_options(given(**options), values["snapshot"], resume=values["resume"])
    except module.UsageProblem as problem:
        said = str(problem)
    else:
        said = ""
    assert said == (
        f"{refused} cannot be given with --dask: it is for audits done here" if refused else ""
    )


@pytest.mark.parametrize(("timeout_s", "ends_at"), [(None, None), (50.0, 1007.0)])
def test_each_is_asked_for_with_what_it_needs_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timeout_s: float | None, ends_at: float | None
) -> None:
    (tmp_path / "auditor.toml").write_text(TEXT)
    configuration = load(tmp_path / "auditor.toml")
    clock = SimpleNamespace(monotonic=lambda: 93.0, time=lambda: 1000.0)
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module.beginning, "ends_at", lambda timeout_s: timeout_s and 100.0)
    asked: list[Any] = []
    cluster: Any = SimpleNamespace(run="r", processes=0, done=asked.append)
    every = select(configuration, every=True)
    for task in cluster_tasks(configuration, every, given(timeout_s=timeout_s), cluster):
        assert task.elsewhere is not None
        assert task.is_compared
        task.elsewhere.do(compared=True, remembered=False, planned=True)
    one, two = asked
    assert (one.run, one.processes) == (two.run, two.processes) == ("r", 0)
    assert one.ends_at == ends_at
    assert (one.compared, one.remembered, one.planned) == (True, False, True)
    assert one.judging.as_of is not None
    assert list(one.configuration.environments) == ["one"]
    assert {"env:ONE", "env:PROXY"} <= one.configuration.places.keys()
    assert "env:TWO" not in one.configuration.places
    assert one.configuration.notify is None


def test_where_nobody_does_it_every_source_fails(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text(TEXT)
    configuration = load(tmp_path / "auditor.toml")
    cluster: Any = None
    task, _ = cluster_tasks(configuration, select(configuration, every=True), given(), cluster)
    assert task.elsewhere is not None
    failure = SourceFailed("no worker", "Begin one.", "no-worker")
    with task.elsewhere.failed(failure) as outside:
        stream = outside.open(reader_named("dynamics.queues"), None)  # type: ignore[arg-type]
        assert list(stream) == []
        assert (stream.state.status, stream.state.code) == ("failed", "no-worker")
