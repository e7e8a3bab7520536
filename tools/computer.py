"""Audits under what a computer may lack: `python tools/computer.py [WORD]`, for root on Linux.

One run of the demo for each condition whose name holds the word, in mounts and limits of its own.
None may end in 70, show a traceback, or end as if all went well without its report.
"""

import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import Files, configuration_of

_MEGABYTE = 1 << 20


class Condition(NamedTuple):
    """What is done to a run: variables (None: unset), a shell line before it, and what follows it.

    `limits` are soft and hard limits of the process by the number of their kind.
    """

    name: str
    variables: Mapping[str, str | None] = {}
    before: str = ""
    after: str = ""
    limits: Mapping[int, int] = {}
    as_user: bool = False


def _mounted(directory: str, options: str) -> str:
    return f"mkdir -p {directory} && mount -t tmpfs -o {options} none {directory}"


CONDITIONS = (
    Condition("nothing"),
    Condition("a full disk for reports", before=_mounted("out", "size=16k")),
    Condition("a full disk for temporary files", {"TMPDIR": "t"}, _mounted("t", "size=4k")),
    Condition("temporary files that cannot be written", {"TMPDIR": "t"}, _mounted("t", "ro")),
    Condition("no directory of temporary files", {"TMPDIR": "/nowhere"}),
    Condition("no home", {"HOME": None, "XDG_DATA_HOME": None, "XDG_STATE_HOME": None}),
    Condition("a home that is not there", {"HOME": "/nowhere", "XDG_DATA_HOME": None}),
    Condition("a full home", {"XDG_DATA_HOME": "h"}, _mounted("h", "size=4k")),
    Condition("a home that cannot be written", {"XDG_DATA_HOME": "h"}, _mounted("h", "ro")),
    Condition("a folder of reports that cannot be written", before=_mounted("out", "ro")),
    Condition("a folder in the report's place", before="mkdir -p out/audit.json"),
    Condition("a link to nowhere in the report's place", before="ln -s /nowhere/x out/audit.json"),
    Condition("no shared memory", before="mount -t tmpfs -o ro none /dev/shm"),
    Condition("no /proc", before="mount -t tmpfs none /proc"),
    Condition("no working directory", before="mkdir gone && cd gone && rmdir ../gone"),
    Condition("an account without a name", {"HOME": "/nowhere"}, as_user=True),
    Condition("a mask that lets everybody read", before="umask 0"),
    Condition("a mask that lets nobody read", before="umask 777"),
    Condition("standard output closed", after=">&-"),
    Condition("standard output full", after=">/dev/full"),
    Condition("standard error closed", after="2>&-"),
    Condition("standard error full", after="2>/dev/full"),
    Condition("standard input closed", after="<&-"),
    Condition("all three closed", after="<&- >&- 2>&-"),
    Condition("a reader that leaves", after="| true"),
    Condition("no locale", {"LC_ALL": "C", "PYTHONUTF8": "0"}),
    Condition("a locale that is not there", {"LC_ALL": "xx_XX.UTF-8"}),
    Condition("a console of code page 1252", {"PYTHONIOENCODING": "cp1252"}),
    Condition("a console of code page 850", {"PYTHONIOENCODING": "cp850"}),
    Condition("a console of ASCII", {"PYTHONIOENCODING": "ascii"}),
    Condition("the first zone of the day", {"TZ": "Pacific/Kiritimati"}),
    Condition("the last zone of the day", {"TZ": "Pacific/Pago_Pago"}),
    Condition("a zone that is not there", {"TZ": "Nowhere/Nothing"}),
    Condition("no public authorities", {"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "/nowhere"}),
    Condition("a log of keys that cannot be opened", {"SSLKEYLOGFILE": "/nowhere/x"}),
    Condition("a proxy of another kind", {"ALL_PROXY": "socks5://127.0.0.1:9"}),
    Condition("40 descriptors", limits={resource.RLIMIT_NOFILE: 40}),
    Condition("128 descriptors", limits={resource.RLIMIT_NOFILE: 128}),
    *(
        Condition(f"{many} MB of addresses", limits={resource.RLIMIT_AS: many * _MEGABYTE})
        for many in (120, 350, 600)
    ),
    Condition("files of 20 kB at most", limits={resource.RLIMIT_FSIZE: 20_000}),
    Condition("a stack of 256 kB", limits={resource.RLIMIT_STACK: 256 * 1024}),
)


def wrong(run: "subprocess.CompletedProcess[str]", report: Path) -> str:
    """What may not have come of a run; empty: nothing."""
    if run.returncode not in (0, 1, 2, 3, 4):
        return f"it ended in {run.returncode}"
    if "Traceback" in run.stderr:
        return "it showed a traceback"
    if run.returncode == 2:
        return (
            "" if not run.stderr or "auditor: " in run.stderr else "it does not say what is wrong"
        )
    try:
        json.loads(report.read_text("utf-8"))
    except (OSError, ValueError) as error:
        return f"it ended in {run.returncode} without a whole report ({type(error).__name__})"
    return ""


def under(condition: Condition, config: Path, own: Path) -> "subprocess.CompletedProcess[str]":
    """One run under a condition, in a directory of its own."""
    for each in ("out", "data"):
        (own / each).mkdir()
    options = f"--config {config} --report json={own}/out/audit.json --report terminal"
    command = f"{shlex.quote(sys.executable)} -m auditor run {options} {condition.after}"
    if condition.as_user:
        subprocess.run(["chown", "-R", "12345:12345", config.parent], check=True)
        command = f"setpriv --reuid 12345 --regid 12345 --clear-groups {command}"
    variables: dict[str, str | None] = {
        **os.environ,
        "PYTHONPATH": os.getcwd(),
        "XDG_DATA_HOME": str(own / "data"),
        "XDG_STATE_HOME": str(own / "data"),
        **condition.variables,
    }

    def limit() -> None:
        for kind, most in condition.limits.items():
            resource.setrlimit(kind, (most, most))

    lines = " && ".join(each for each in (condition.before, command) if each)
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", lines],
        cwd=own,
        env={name: value for name, value in variables.items() if value is not None},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=300,
    )


def main(wanted: str) -> int:
    """Gives 1 where a condition does not hold."""
    failed = 0
    with tempfile.TemporaryDirectory() as directory, SimulatedTenant(contoso(0)) as tenant:
        config = Path(directory) / "auditor.toml"
        # Probing takes longer than all the rest, and asks nothing else of the computer.
        files = Files.beside(config, tenant)
        text = configuration_of(tenant, DECLARED, files=files)
        text = text.replace("probe = true", "probe = false")
        config.write_text(text, "utf-8")
        for number, condition in enumerate(CONDITIONS):
            if wanted not in condition.name:
                continue
            own = Path(directory) / str(number)
            own.mkdir()
            run = under(condition, config, own)
            fault = wrong(run, own / "out" / "audit.json")
            failed += bool(fault)
            told = (run.stderr.strip().splitlines() or [""])[0][:110]
            word = "WRONG" if fault else "holds"
            _say(f"{word}  {condition.name}: exit {run.returncode}. {fault or told}")
    _say(f"{len(CONDITIONS)} conditions, {failed} do not hold")
    return 1 if failed else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
