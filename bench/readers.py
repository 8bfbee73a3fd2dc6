"""The peers of a refresh: newsboat (Debian's), and ``reader`` (from PyPI, in an environment of its own)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from bench.measure import Command

THREADS = 100
# What reader resolves names with knows nothing of *.localhost; libcurl, and with it newsboat, does (RFC 6761).
_UPDATE = """
import socket, sys
ask = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: ask(host.endswith(".localhost") and "127.0.0.1" or host, *rest, **more)
from reader import make_reader
reader = make_reader(sys.argv[1])
known = {feed.url for feed in reader.get_feeds()}
for url in open(sys.argv[2]).read().split():
    if url not in known:
        reader.add_feed(url)
reader.update_feeds(workers=int(sys.argv[3]), scheduled=False)
"""


class Peer(msgspec.Struct, frozen=True):
    """Another program that refreshes the same feeds; ``limit`` is how much of its CPU cmday may take."""

    name: str
    title: str
    command: Command
    limit: float


def newsboat(room: Path, urls: list[str]) -> Peer | None:
    """newsboat by the environment variable NEWSBOAT or on PATH; None, and a word on stderr, where there is none."""
    program = os.environ.get("NEWSBOAT") or shutil.which("newsboat")
    if not program:
        sys.stderr.write("newsboat is not installed: apt-get install newsboat, or name it in NEWSBOAT\n")
        return None
    said = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stdout.split()
    place = room / "newsboat"
    place.mkdir()
    (place / "urls").write_text("\n".join(urls) + "\n", encoding="utf-8")
    (place / "config").write_text(f"reload-threads {THREADS}\n", encoding="utf-8")
    files = ["-C", str(place / "config"), "-u", str(place / "urls"), "-c", str(place / "cache.db")]
    command = Command([program, *files, "-x", "reload"], {"HOME": str(place)})
    return Peer("newsboat -x reload", f"newsboat {said[1]}, {THREADS} threads", command, 0.1)


def reader(room: Path, urls: list[str]) -> Peer | None:
    """``reader`` in the environment that READER_PYTHON names, or installed once into a cache of our own."""
    python = os.environ.get("READER_PYTHON") or _installed()
    said = subprocess.run(
        [python, "-c", "import reader, reader._parser.feedparser; print(reader.__version__)"],
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode:
        sys.stderr.write(f"reader is not installed in {python}\n")
        return None
    place = room / "reader"
    place.mkdir()
    (place / "urls").write_text("\n".join(urls), encoding="utf-8")
    command = Command([python, "-c", _UPDATE, str(place / "db.sqlite"), str(place / "urls"), str(THREADS)])
    return Peer("reader", f"reader {said.stdout.strip()}, {THREADS} workers", command, 1.0)


def _installed() -> str:
    import platformdirs

    room = Path(platformdirs.user_cache_dir("cmday-bench")) / "reader"
    python = room / "bin" / "python"
    if not python.exists():
        sys.stderr.write(f"installing reader into {room}\n")
        subprocess.run([sys.executable, "-m", "venv", str(room)], check=True)
        # The copy of feedparser within reader wants sgmllib3k, which today's feedparser no longer brings.
        subprocess.run([str(python), "-m", "pip", "install", "-q", "reader", "sgmllib3k"], check=False)
    return str(python)
