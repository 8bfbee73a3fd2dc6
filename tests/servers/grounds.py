"""Where real servers are installed and run: once into a cache folder, on free ports of the loopback, stopped by pid.

What is missing is installed with the ordinary clients (apt-get, pip) as this machine has them set up. A server that
cannot be had is a failure of the test that asked for it, never a skip.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

INSTALL_SECONDS: Final = 600
START_SECONDS: Final = 30
STOP_SECONDS: Final = 8
_KEYRING: Final = "/usr/share/keyrings/debian-archive-keyring.gpg"
# A program with compiled-in paths sees its unpacked packages laid over /usr and /etc, in a mount namespace of its own.
_OVER: Final = """
mount -t overlay overlay -o "lowerdir=$0/usr:/usr" /usr || exit 97
if [ -d "$0/etc" ]; then mount -t overlay overlay -o "lowerdir=$0/etc:/etc" /etc || exit 98; fi
exec "$@"
"""


_SCRIPTS: Final = ("--dangerously-allow-all-scripts",)


class Unavailable(Exception):
    """A server could not be installed or started."""


def cache() -> Path:
    """The folder that keeps what was installed."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cmday-test-servers"
    root.mkdir(parents=True, exist_ok=True)
    return root


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


def free_address(port: int) -> str:
    """A loopback address on which nobody uses this port, for a server that must have the usual one (takes root)."""
    for last in range(2, 250):
        address = f"127.0.0.{last}"
        with socket.socket() as sock, suppress(OSError):
            sock.bind((address, port))
            return address
    raise Unavailable(f"port {port} is free nowhere on the loopback")


def run(*argv: str | Path, told: str = "", env: Mapping[str, str] | None = None) -> str:
    """Run a program to its end and return what it printed; raises ``Unavailable`` with its last words."""
    try:
        done = subprocess.run(
            [str(word) for word in argv],
            input=told,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
            env={**os.environ, **(env or {})},
        )
    except (OSError, subprocess.TimeoutExpired) as why:
        raise Unavailable(f"{argv[0]}: {why}") from why
    if done.returncode:
        raise Unavailable(f"{' '.join(map(str, argv))}: {done.returncode}\n{done.stderr[-2000:]}{done.stdout[-500:]}")
    return done.stdout


def debian(name: str, packages: Sequence[str], suite: str | None = None) -> Path:
    """Unpack Debian packages, with what this machine lacks of their dependencies, into a folder; installs nothing.

    ``suite`` is one that this machine is not set to; it is taken from the mirror that it is set to.
    """
    folder = cache() / f"debian-{name}"
    with _once(folder) as needed:
        if needed:
            apt = folder / ".apt"
            for inside in ("archives/partial", "lists/partial", "parts"):
                (apt / inside).mkdir(parents=True, exist_ok=True)
            options = [f"Dir::Cache::archives={apt}/archives", "Debug::NoLocking=1", "APT::Sandbox::User=root"]
            options.append(f"Dir::State::lists={apt}/lists")
            if suite:
                (apt / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {_mirror()} {suite} main\n")
                options += [f"Dir::Etc::sourcelist={apt}/sources.list", f"Dir::Etc::sourceparts={apt}/parts"]
            client = ["apt-get", *(word for option in options for word in ("-o", option)), "-y", "-qq"]
            run(*client, "update")
            run(*client, "--no-install-recommends", "--download-only", "install", *packages)
            for package in sorted((apt / "archives").glob("*.deb")):
                run("dpkg-deb", "-x", package, folder)
            shutil.rmtree(apt)
    return folder


def _mirror() -> str:
    """The site of the Debian suites that this machine is set to."""
    for line in run("apt-get", "indextargets", "--format", "$(SITE) $(LABEL)").splitlines():
        site, _, label = line.partition(" ")
        if label == "Debian":
            return site
    raise Unavailable("apt-get is not set to a Debian mirror")


def python(name: str, requirement: str) -> Path:
    """A virtual environment with one package; returns its interpreter."""
    folder = cache() / f"venv-{name}"
    with _once(folder) as needed:
        if needed:
            run(sys.executable, "-m", "venv", folder)
            run(folder / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", requirement)
    return folder / "bin/python"


def npm(name: str, packages: Sequence[str], env: Mapping[str, str] | None = None) -> Path:
    """Packages of npm with their install scripts run; returns the folder of the modules."""
    folder = cache() / f"npm-{name}"
    with _once(folder) as needed:
        if needed:
            if shutil.which("npm") is None:
                run("apt-get", "install", "-y", "-qq", "npm")
            (folder / "package.json").write_text('{"private": true}')
            # From version 11 on, npm runs no install scripts unless told; before, it does not know the word.
            run(
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                folder,
                *_SCRIPTS,
                *packages,
                env=env,
            )
    return folder / "node_modules"


@contextmanager
def _once(folder: Path) -> Iterator[bool]:
    """Whether a folder is still to be filled; one that was left half-filled is emptied first."""
    done = folder / ".done"
    if done.exists():
        yield False
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield True
    done.touch()


def laid_over(packages: Path, *argv: str | Path) -> list[str]:
    """The words that run a program with unpacked packages laid over /usr, in a mount namespace of its own."""
    within = ["unshare", "-m", "--propagation", "private", "/bin/sh", "-c", _OVER, str(packages)]
    return [*within, *(str(word) for word in argv)]


@contextmanager
def running(
    argv: Sequence[str | Path],
    *,
    log: Path,
    ready: Callable[[], bool],
    over: Path | None = None,
    seconds: float = START_SECONDS,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server while the block lasts; ``over`` are unpacked packages to be laid over /usr.

    Raises ``Unavailable`` with the end of its log where it does not become ready.
    """
    words = laid_over(over, *argv) if over else [str(word) for word in argv]
    with log.open("ab") as out:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    try:
        until = time.monotonic() + seconds
        while not ready():
            if process.poll() is not None or time.monotonic() > until:
                raise Unavailable(f"{argv[0]} did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group, gently first."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return


def answers(port: int, greeting: bytes = b"", *, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens on a port of the loopback, and greets as expected."""
    try:
        with socket.create_connection((host, port), timeout=1) as sock:
            return not greeting or sock.recv(64).startswith(greeting)
    except OSError:
        return False
