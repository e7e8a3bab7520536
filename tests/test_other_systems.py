"""What can be checked of Windows without it: no module needs what only POSIX has."""

import subprocess
import sys

ONLY_POSIX = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix_ipc")

IMPORT_ALL = """
import importlib, pkgutil, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        # What the standard library and others do for themselves is theirs.
        caller = sys._getframe(1)
        while caller and "importlib" in caller.f_code.co_filename:
            caller = caller.f_back
        own = caller and caller.f_globals.get("__name__", "").split(".")[0] in OWN
        if name in ONLY_POSIX and own:
            raise ImportError(f"{name} is not there")
OWN = {"auditor", "connectors", "rules"}
for name in ONLY_POSIX:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Blocked())
count = 0
for top in sorted(OWN):
    package = importlib.import_module(top)
    for module in pkgutil.walk_packages(package.__path__, top + "."):
        # Migrations run within alembic, and main modules when they are called.
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
            count += 1
print(count)
"""


def test_every_module_is_imported_without_what_only_posix_has() -> None:
    run = subprocess.run(
        [sys.executable, "-c", f"ONLY_POSIX = {ONLY_POSIX!r}\n{IMPORT_ALL}"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 400
