"""Recipes for schedulers of a single machine: systemd, cron, Windows."""

import re
import shlex
from pathlib import Path

from auditor.process.powershell import quoted
from auditor.schedule.job import EXIT_CODES, PLACES, Job

CREDENTIALS = "/etc/auditor/credentials"
_PLAIN_PATH = re.compile(r"[\w/.+-]+", re.ASCII)
HOMES = (Path("/home"), Path("/root"), Path("/run/user"))


def systemd(job: Job) -> str:
    """A service that may do little, its timer, and the commands that put them in place."""
    command = " ".join(
        _systemd_word(word)
        for word in (
            str(job.program),
            *job.arguments(str(job.configuration), "/var/lib/auditor/"),
        )
    )
    is_at_home = any(
        path.is_relative_to(home) for path in (job.program, job.configuration) for home in HOMES
    )
    credentials = "".join(f"LoadCredential={name}:{CREDENTIALS}/{name}\n" for name in job.variables)
    beside = _systemd_word(str(job.configuration.parent), variables=False)
    writable = f"ReadWritePaths={beside}\n" if job.writes_beside_configuration else ""
    # systemd takes the name of an executable as it stands, and refuses quotes and the like in it.
    if not _PLAIN_PATH.fullmatch(str(job.program)):
        command = f"/usr/bin/env {command}"
    return f"""\
# Next steps, as root:
#   useradd --system --no-create-home auditor
#   chgrp auditor {_comment(job.configuration)} && chmod 0640 {_comment(job.configuration)}
{_credential_commands(job, "root")}\
#   write the two parts below to the files that they name, then:
#   systemctl daemon-reload && systemctl enable --now auditor.timer
#   try it: systemctl start auditor.service; journalctl -u auditor.service
# Places: {PLACES}
# Both are /var/lib/auditor here; temporary files are the service's own.
# Health check, for your monitoring, with XDG_DATA_HOME=/var/lib/auditor:
#   auditor history check --within 26h
# Exit codes: {EXIT_CODES[0]}
# {EXIT_CODES[1]}.

# --- /etc/systemd/system/auditor.service
[Unit]
Description=Audit of server-side synchronization
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=auditor
ExecStart={command}
# Findings (1) are an answer, not a failed service; an incomplete audit (3, 4) is a failed one.
SuccessExitStatus=1
TimeoutStartSec=2h
StateDirectory=auditor
StateDirectoryMode=0750
WorkingDirectory=/var/lib/auditor
Environment=XDG_DATA_HOME=/var/lib/auditor XDG_STATE_HOME=/var/lib/auditor
UMask=0077
{credentials}{writable}\
CapabilityBoundingSet=
NoNewPrivileges=yes
LockPersonality=yes
PrivateDevices=yes
PrivateTmp=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome={"read-only" if is_at_home else "yes"}
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

# --- /etc/systemd/system/auditor.timer
[Unit]
Description=Audit of server-side synchronization, every morning

[Timer]
OnCalendar=*-*-* 05:00:00
RandomizedDelaySec=30min
Persistent=true

[Install]
WantedBy=timers.target
"""


def cron(job: Job) -> str:
    """A crontab: one audit at a time, secrets from files, and mail with what was found."""
    reports = job.configuration.parent / "reports"
    words = (str(job.program), *job.arguments(str(job.configuration), f"{reports}/"))
    configuration = shlex.quote(str(job.configuration))
    # In a crontab a bare % ends the command, within quotes too.
    command = (
        f"umask 077; mkdir -p {shlex.quote(str(reports))};"
        f" flock --nonblock --conflict-exit-code 75 {configuration} {shlex.join(words)}"
        " || [ $? -eq 1 ] || echo 'The audit failed.'"
    ).replace("%", r"\%")
    return f"""\
# Next steps, as the account that runs the audit:
{_credential_commands(job, "this account")}\
#   add the lines below with: crontab -e
#   try it: run the command of the last line; at the prompt, write % for \\%
# Places: {PLACES}
# cron mails what the command prints: with --quiet mistakes, and what could not be read. It forgets
# the exit code, so the line prints that a run failed; findings (1) are an answer.
# Health check, from your monitoring: auditor history check --within 26h
# Exit codes: {EXIT_CODES[0]}
# {EXIT_CODES[1]};
# 75 the last audit still runs.
MAILTO=postmaster
CREDENTIALS_DIRECTORY={CREDENTIALS}
17 5 * * * {command}
"""


def windows(job: Job) -> str:
    """A PowerShell script that registers a task under a group managed service account."""
    home = job.configuration.parent
    reports, credentials = f"{home}\\reports\\", f"{home}\\credentials"
    words = (str(job.program), *job.arguments(str(job.configuration), reports))
    command = " ".join(quoted(word) for word in words)
    secrets = "".join(
        f"Read-Host {quoted(f'The secret {name}')} | Set-Content -Encoding utf8"
        f" -LiteralPath {quoted(f'{credentials}{chr(92)}{name}')}\n"
        for name in job.variables
    )
    return f"""\
# Next steps:
#   write the name of your group managed service account for CONTOSO\\svc-auditor$: Windows keeps
#   its password. It needs to read the configuration and to write the reports.
#   run this script in an elevated PowerShell
#   try it: Start-ScheduledTask -TaskName Auditor
# The history, locks and what --resume goes on with are in the account's %LOCALAPPDATA%, temporary
# files in its %TEMP%, some hundred bytes a mailbox.
# Health check, for your monitoring: auditor history check --within 26h
# The last exit code is Get-ScheduledTaskInfo -TaskName Auditor | Select LastTaskResult:
# {EXIT_CODES[0]}
# {EXIT_CODES[1]}.
$ErrorActionPreference = 'Stop'
$account = 'CONTOSO\\svc-auditor$'
New-Item -ItemType Directory -Force -Path {quoted(reports)} | Out-Null
New-Item -ItemType Directory -Force -Path {quoted(credentials)} | Out-Null
icacls {quoted(reports.rstrip(chr(92)))} /grant "${{account}}:(OI)(CI)M"
icacls {quoted(credentials)} /inheritance:r /grant "*S-1-5-32-544:(OI)(CI)F" `
    "${{account}}:(OI)(CI)R"
{secrets}\
$command = @'
$env:CREDENTIALS_DIRECTORY = {quoted(credentials)}; & {command}; exit $LASTEXITCODE
'@
$script = {quoted(f"{home}{chr(92)}auditor-run.ps1")}
Set-Content -Encoding utf8 -LiteralPath $script -Value $command
$action = New-ScheduledTaskAction -Execute 'powershell.exe' `
    -Argument "-NoProfile -NonInteractive -ExecutionPolicy RemoteSigned -File `"$script`"" `
    -WorkingDirectory {quoted(str(home))}
$trigger = New-ScheduledTaskTrigger -Daily -At 05:17
$principal = New-ScheduledTaskPrincipal -UserId $account -LogonType Password -RunLevel Limited
$settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable `
    -ExecutionTimeLimit (New-TimeSpan -Hours 2)
Register-ScheduledTask -TaskName 'Auditor' -Action $action -Trigger $trigger `
    -Principal $principal -Settings $settings `
    -Description 'Audit of server-side synchronization'
"""


def _credential_commands(job: Job, owner: str) -> str:
    if not job.variables:
        return ""
    lines = [f"#   install -d -m 0700 {CREDENTIALS}      (owned by {owner})"]
    lines += [
        f"#   (umask 077; cat > {CREDENTIALS}/{shlex.quote(name)})   type it, then Ctrl-D"
        for name in job.variables
    ]
    return "\n".join(lines) + "\n"


def _comment(path: Path) -> str:
    return shlex.quote(str(path))


def _systemd_word(word: str, *, variables: bool = True) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    if variables:
        escaped = escaped.replace("$", "$$")
    return f'"{escaped}"' if escaped != word or " " in word or "'" in word else word
