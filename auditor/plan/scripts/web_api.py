"""A Python script of the standard library alone that sends the changes to the Web API."""

import json

from auditor.plan.scripts.writes import one_line, tenant_commands, writes
from auditor.plan.steps import Plan

_SCRIPT = '''#!/usr/bin/env python3
"""Makes the proven steps of a plan. Without --apply nothing is written.

    export DATAVERSE_TOKEN=...   # an access token of somebody who may change these records
    python3 this.py              # shows what would be written
    python3 this.py --apply      # writes it; stops where a value is not the one that was audited
    python3 this.py --undo --apply
"""

import json
import os
import sys
import urllib.error
import urllib.request

API = __API__
CHANGES = json.loads(__CHANGES__)


def ask(method, path, body=None, tag=None):
    request = urllib.request.Request(API + path, method=method)
    request.add_header("Authorization", "Bearer " + os.environ["DATAVERSE_TOKEN"])
    request.add_header("Accept", "application/json")
    request.add_header("OData-Version", "4.0")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if method == "PATCH":
        request.add_header("If-Match", tag or "*")
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
    return json.loads(text) if text else {}


def written(change, value):
    column = change["column"]
    if change["is_profile"]:
        name = column.removeprefix("_").removesuffix("_value")
        return {name + "@odata.bind": None if value is None else "/emailserverprofiles(%s)" % value}
    found = {column: value}
    if change["status"]:
        found["statuscode"] = change["status"][str(value)]
    return found


def main():
    apply, undo = "--apply" in sys.argv[1:], "--undo" in sys.argv[1:]
    if "DATAVERSE_TOKEN" not in os.environ:
        sys.exit("Set DATAVERSE_TOKEN to an access token for the organisation.")
    waiting = []
    for change in reversed(CHANGES) if undo else CHANGES:
        old, new = ("after", "before") if undo else ("before", "after")
        row = ask("GET", "%s?$select=%s" % (change["record"], change["column"]))
        now = row.get(change["column"])
        where = "%s %s.%s" % (change["name"], change["record"], change["column"])
        if now == change[new]:
            print("already %r: %s" % (now, where))
        elif now == change[old]:
            waiting.append((change, change[new], row.get("@odata.etag"), where))
        else:
            known = (where, now, change[old])
            sys.exit("STOPPED: %s is %r, and %r was audited. Nothing was written." % known)
    for change, value, tag, where in waiting:
        if apply:
            ask("PATCH", change["record"], written(change, value), tag)
        print("%s %r: %s" % ("set to" if apply else "would be set to", value, where))
    end = "made" if apply else "to make; give --apply"
    print("%d of %d changes %s." % (len(waiting), len(CHANGES), end))


if __name__ == "__main__":
    try:
        main()
    except urllib.error.HTTPError as refusal:
        sys.exit("STOPPED: the server answers %s to %s" % (refusal.code, refusal.url))
    except urllib.error.URLError as failure:
        sys.exit("STOPPED: %s" % failure.reason)
'''


def script(plan: Plan) -> str:
    """The script."""
    major_minor = ".".join(plan.version.split(".")[:2]) or "9.2"
    text = _SCRIPT.replace("__API__", repr(f"{plan.url.rstrip('/')}/api/data/v{major_minor}/"))
    text = text.replace("__CHANGES__", repr(json.dumps(list(writes(plan)))))
    for cmdlet, name, before, after in tenant_commands(plan):
        where = f"{cmdlet} -{name} {after}  (now {before})"
        text += f"\n# By hand, in Exchange Online PowerShell: {one_line(where)}\n"
    return text
