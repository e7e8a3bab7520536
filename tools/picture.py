"""Takes README's picture of the report, docs/report.png: the first screen of the demo's page.

Run it as `.venv/bin/python tools/picture.py` after the page has changed. It needs Chromium.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "docs" / "report.png"
WIDTH, HEIGHT = 1160, 800
MOST_BYTES = 200_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Take the picture; 1 where there is no browser, or where the picture is too large."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.stderr.write(f"install one of {', '.join(BROWSERS)}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder) / "report.html", Path(folder) / "report.png"
        demo = [sys.executable, "-m", "auditor", "demo", "--quiet", "--report", f"html={page}"]
        subprocess.run(demo, check=True)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = f"--window-size={WIDTH},{HEIGHT}"
        subprocess.run(
            [browser, *flags, size, f"--screenshot={shot}", page.as_uri()],
            check=True,
            capture_output=True,
        )
        if (taken := shot.stat().st_size) > MOST_BYTES:
            sys.stderr.write(
                f"the picture has {taken:,} bytes, at most {MOST_BYTES:,} are wanted\n"
            )
            return 1
        shutil.copyfile(shot, PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
