"""Tries input by chance for so many minutes: `python tools/fuzz.py [MINUTES]`; ends at a failure.

Each round has a seed of its own, which is shown, and can be repeated by itself:
`AUDITOR_FUZZ=EXAMPLES python -m pytest tests/fuzz --hypothesis-seed=SEED`.
"""

import os
import random
import subprocess
import sys
import time

EXAMPLES = "400"
"""Of each kind of input in one round."""


def main(minutes: float) -> int:
    """Gives the exit code of the round that failed, 0 where none did."""
    ends_at = time.monotonic() + 60 * minutes
    while time.monotonic() < ends_at:
        seed = random.SystemRandom().randrange(2**32)
        sys.stdout.write(f"AUDITOR_FUZZ={EXAMPLES} --hypothesis-seed={seed}\n")
        sys.stdout.flush()
        command = [sys.executable, "-m", "pytest", "-n0", "tests/fuzz", f"--hypothesis-seed={seed}"]
        round = subprocess.run(command, env={**os.environ, "AUDITOR_FUZZ": EXAMPLES})
        if round.returncode:
            return round.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10))
