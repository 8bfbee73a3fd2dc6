"""A terminal to run cmday in, key by key: a pseudo-terminal read by pyte, or tmux. Both show what a person would see."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, Self

import pyte

# What a person would call "it hangs"; a test waits no longer for anything.
PATIENCE: Final = 20.0
NAMED: Final = {
    "Enter": "\r",
    "Escape": "\x1b",
    "Tab": "\t",
    "Space": " ",
    "BSpace": "\x7f",
    "C-c": "\x03",
    "C-j": "\n",
    "C-w": "\x17",
    "C-z": "\x1a",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Left": "\x1b[D",
    "NPage": "\x1b[6~",
}


class Terminal(Protocol):
    """What a test does with a terminal."""

    def press(self, *keys: str) -> None: ...

    def resize(self, columns: int, rows: int) -> None: ...

    @property
    def screen(self) -> str: ...


def wait_for(terminal: Terminal, wanted: str | Callable[[str], bool]) -> str:
    """The screen once it shows the words, or fits the question."""
    fits = wanted if callable(wanted) else lambda screen: wanted in screen
    until = time.monotonic() + PATIENCE
    while not fits(screen := terminal.screen):
        assert time.monotonic() < until, f"{wanted!r} never came; the screen:\n{screen}"
        time.sleep(0.02)
    return screen


class Pty:
    """cmday in a pseudo-terminal of its own, drawn by pyte. Used in a ``with``."""

    def __init__(self, *argv: str, size: tuple[int, int] = (100, 40), env: Mapping[str, str] | None = None) -> None:
        self._screen = pyte.HistoryScreen(*size, history=1000)
        self._stream = pyte.ByteStream(self._screen)
        self._size = size
        self._raw = b""
        self.code: int | None = None
        self._argv = [sys.executable, "-m", "cmday", *argv]
        self._env = {**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})}

    def __enter__(self) -> Self:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execve(self._argv[0], self._argv, self._env)
        self.resize(*self._size)
        return self

    def __exit__(self, *_error: object) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._fd >= 0:
            os.close(self._fd)

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self._fd, NAMED.get(key, key).encode())

    def paste(self, text: str) -> None:
        os.write(self._fd, f"\x1b[200~{text}\x1b[201~".encode())

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def screen(self) -> str:
        self._read()
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    @property
    def raw(self) -> bytes:
        """Every byte that came, with the escape sequences."""
        self._read()
        return self._raw

    def hang_up(self) -> None:
        """Close the terminal as a window that is closed does."""
        os.close(self._fd)
        self._fd = -1

    def ended(self) -> int:
        """The exit code, waited for; minus the signal where one ended it."""
        until = time.monotonic() + PATIENCE
        while self.code is None:
            assert time.monotonic() < until, f"it does not end:\n{self.screen}"
            if self._fd >= 0:
                self._read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        if self._fd >= 0:
            self._read()
        return self.code

    def modes(self) -> list[object]:
        """The modes of the terminal, as termios gives them."""
        return termios.tcgetattr(self._fd)

    def _read(self) -> None:
        while self._fd >= 0 and select.select([self._fd], [], [], 0.01)[0]:
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                return
            if not data:
                return
            self._raw += data
            # pyte knows no other screen: what is drawn there is drawn over a cleared one, as a person sees it.
            self._stream.feed(data.replace(b"\x1b[?1049h", b"\x1b[2J\x1b[H").replace(b"\x1b[?1049l", b"\x1b[2J\x1b[H"))


class Tmux:
    """cmday in tmux, in a server of its own. Used in a ``with``."""

    def __init__(
        self, folder: Path, *argv: str, size: tuple[int, int] = (100, 40), program: Sequence[str] = ("tmux",)
    ) -> None:
        self._tmux = [*program, "-S", str(folder / "tmux.sock"), "-f", "/dev/null"]
        self._size = size
        self._argv = [sys.executable, "-m", "cmday", *argv]

    def __enter__(self) -> Self:
        columns, rows = self._size
        self._run("new-session", "-d", "-x", str(columns), "-y", str(rows), "/bin/sh")
        self._run("set-option", "-g", "remain-on-exit", "on")
        self._run("set-option", "-g", "escape-time", "10")
        self.type(" ".join(self._argv))
        return self

    def __exit__(self, *_error: object) -> None:
        self._run("kill-server")

    def type(self, line: str) -> None:
        """A command line for the shell in it."""
        self._run("send-keys", "-l", line)
        self._run("send-keys", "Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self._run("send-keys", *([key] if key in NAMED else ["-l", key]))

    def resize(self, columns: int, rows: int) -> None:
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def screen(self) -> str:
        return self._run("capture-pane", "-p").rstrip()

    def _run(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, timeout=PATIENCE, check=True)
        return done.stdout
