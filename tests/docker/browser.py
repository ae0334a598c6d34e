"""Pages as a person's browser shows them."""

import shutil
import subprocess
from pathlib import Path

_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --virtual-time-budget=20000"
)


def shown_by_browser(url: str, profile: Path) -> str:
    """The page's document once its scripts have run."""
    program = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    assert program, "no browser: install the package chromium"
    done = subprocess.run(
        [program, *_QUIET.split(), f"--user-data-dir={profile}", "--dump-dom", url],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
