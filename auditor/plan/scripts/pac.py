"""Commands of the Power Platform command line, which changes settings of the organisation alone."""

import shlex

from auditor.plan.scripts.writes import one_line, tenant_commands, writes
from auditor.plan.steps import Plan

_HEAD = """#!/bin/sh
# Makes the proven steps of a plan as far as `pac` can: settings of the organisation.
# Sign in first: pac auth create --environment __URL__
# Without --apply nothing is written; --undo goes back.
set -eu
apply=no; undo=no
for each in "$@"; do case "$each" in --apply) apply=yes ;; --undo) undo=yes ;; esac; done
change() { # name, value that was audited, value to set
  old=$2; new=$3
  if [ "$undo" = yes ]; then old=$3; new=$2; fi
  # The listing shows a setting and its value in one line; an empty one has the name alone.
  now=$(pac org list-settings --filter "$1" |
    awk -v n="$1" 'tolower($1) == tolower(n) { print $2 }')
  if [ "$now" = "$new" ]; then echo "already $new: $1"; return; fi
  if [ "$now" != "$old" ]; then echo "STOPPED: $1 is $now, and $old was audited." >&2; exit 1; fi
  if [ "$apply" = yes ]; then pac org update-settings --name "$1" --value "$new"
  else echo "would be set to $new: $1"; fi
}
"""


def script(plan: Plan) -> str:
    """The script; what `pac` cannot change is a comment that says so."""
    lines = [_HEAD.replace("__URL__", shlex.quote(one_line(plan.url)))]
    for each in writes(plan):
        if each["record"].startswith("organizations(") and not each["is_profile"]:
            values = (_value(each["before"]), _value(each["after"]))
            lines.append(f"change {each['column']} {' '.join(map(shlex.quote, values))}\n")
        else:
            line = f"{each['name']} {each['record']}.{each['column']} = {each['after']}"
            lines.append(f"# Not with pac, see --script web-api: {one_line(line)}\n")
    for cmdlet, name, _, after in tenant_commands(plan):
        lines.append(
            f"# Not with pac, in Exchange Online: {one_line(f'{cmdlet} -{name} {after}')}\n"
        )
    return "".join(lines)


def _value(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
