"""khal, the peer of the glance: another terminal program of this trade, in Python, that reads a small database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def find_khal() -> str:
    """khal by the environment variable KHAL, on PATH, or installed once into a cache of our own."""
    named = os.environ.get("KHAL") or shutil.which("khal")
    return named or _installed()


def _installed() -> str:
    import platformdirs

    room = Path(platformdirs.user_cache_dir("cmday-bench")) / "khal"
    script = room / "bin" / "khal"
    if not script.exists():
        sys.stderr.write(f"installing khal into {room}\n")
        subprocess.run([sys.executable, "-m", "venv", str(room)], check=True)
        subprocess.run([str(room / "bin" / "python"), "-m", "pip", "install", "-q", "khal"], check=True)
    return str(script)
