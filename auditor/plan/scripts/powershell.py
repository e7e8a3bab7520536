"""A PowerShell script that sends the changes to the Web API, and those of Exchange Online."""

import json

from auditor.plan.scripts.writes import tenant_commands, writes
from auditor.plan.steps import Plan
from auditor.process.powershell import quoted

_SCRIPT = """# Makes the proven steps of a plan. Without -Apply nothing is written; -Undo goes back.
#   $env:DATAVERSE_TOKEN = '...'   # an access token of somebody who may change these records
param([switch]$Apply, [switch]$Undo)
$ErrorActionPreference = 'Stop'
if (-not $env:DATAVERSE_TOKEN) { throw 'Set DATAVERSE_TOKEN to an access token.' }
$api = __API__
$headers = @{ Authorization = "Bearer $($env:DATAVERSE_TOKEN)"; Accept = 'application/json' }
$changes = @(__CHANGES__ | ConvertFrom-Json)
if ($Undo) { [array]::Reverse($changes) }
$waiting = @()
foreach ($change in $changes) {
  $old, $new = $change.before, $change.after
  if ($Undo) { $old, $new = $new, $old }
  $row = Invoke-RestMethod -Uri "$api$($change.record)?`$select=$($change.column)" -Headers $headers
  $now = $row.($change.column)
  $where = "$($change.name) $($change.record).$($change.column)"
  if ($now -ceq $new) { Write-Output "already '$now': $where"; continue }
  if ($now -cne $old) { throw "STOPPED: $where is '$now', and '$old' was audited." }
  $waiting += , @($change, $new, $row.'@odata.etag', $where)
}
foreach ($each in $waiting) {
  $change, $new, $tag, $where = $each
  if (-not $Apply) { Write-Output "would be set to '$new': $where"; continue }
  $body = @{}
  if ($change.is_profile) {
    $name = $change.column -replace '^_', '' -replace '_value$', ''
    $link = $(if ($null -eq $new) { $null } else { "/emailserverprofiles($new)" })
    $body["$name@odata.bind"] = $link
  } else { $body[$change.column] = $new }
  if ($change.status) { $body['statuscode'] = $change.status."$new" }
  Invoke-RestMethod -Method Patch -Uri "$api$($change.record)" -ContentType 'application/json' `
    -Headers ($headers + @{ 'If-Match' = $(if ($tag) { $tag } else { '*' }) }) `
    -Body ($body | ConvertTo-Json) | Out-Null
  Write-Output "set to '$new': $where"
}
"""


def script(plan: Plan) -> str:
    """The script."""
    major_minor = ".".join(plan.version.split(".")[:2]) or "9.2"
    text = _SCRIPT.replace("__API__", quoted(f"{plan.url.rstrip('/')}/api/data/v{major_minor}/"))
    text = text.replace("__CHANGES__", quoted(json.dumps(list(writes(plan)))))
    for cmdlet, name, before, after in tenant_commands(plan):
        get = cmdlet.replace("Set-", "Get-")
        text += (
            f"# After Connect-ExchangeOnline:\n$old, $new = {_value(before)}, {_value(after)}\n"
            f"if ($Undo) {{ $old, $new = $new, $old }}\n"
            f"$now = ({get}).{name}\n"
            f"if ($now -ceq $new) {{ Write-Output 'already: {name}' }}\n"
            f"elseif ($now -cne $old) {{ throw 'STOPPED: {name} is not as audited.' }}\n"
            f"elseif ($Apply) {{ {cmdlet} -{name} $new }}\n"
            f'else {{ Write-Output "would be set to ${{new}}: {name}" }}\n'
        )
    return text


def _value(value: object) -> str:
    if value is None:
        return "$null"
    if isinstance(value, bool):
        return f"${str(value).lower()}"
    return quoted(str(value))
