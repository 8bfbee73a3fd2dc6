"""A mail server on the loopback that takes what it is given, or fails where it is told to.

with MailSink() as sink:
    sink.says["RCPT"] = "550 5.1.1 no such user"
    sink.closes_after = "."          # reads the mail to its end and closes without a word
"""

from __future__ import annotations

import base64
import socketserver
import threading
from types import TracebackType
from typing import Self, cast


class MailSink:
    """``mails`` are (from, to, bytes) as taken; ``says`` is another answer to a command, "." to the end of a mail.

    ``closes_after`` closes the connection when that command has been read, ``hangs_after`` answers nothing more,
    ``slow`` waits so many seconds before it answers. With ``password`` a sign-in is wanted. ``ended`` counts the
    connections that are over.
    """

    def __init__(self, *, password: str = "") -> None:
        self.mails: list[tuple[str, str, bytes]] = []
        self.commands: list[str] = []
        self.says: dict[str, str] = {}
        self.slow: dict[str, float] = {}
        self.ended = 0
        self.closes_after = ""
        self.hangs_after = ""
        self.password = password
        self.released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Talk)
        self._server.sink = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    sink: MailSink


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        try:
            self._handle()
        except OSError:
            pass  # the other side went away
        finally:
            cast("_Server", self.server).sink.ended += 1

    def _handle(self) -> None:
        sink = cast("_Server", self.server).sink
        self._known = not sink.password
        self._way: dict[str, str] = {}
        self._say("220 sink ESMTP")
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            sink.commands.append(verb)
            sink.released.wait(sink.slow.get(verb, 0))
            if not self._goes_on(sink, verb):
                return
            if verb == "DATA" and verb not in sink.says:
                if not self._take(sink):
                    return
            else:
                self._say(sink.says.get(verb) or self._answer(sink, verb, rest))
            if verb == "QUIT":
                return

    def _answer(self, sink: MailSink, verb: str, rest: str) -> str:
        if verb == "EHLO":
            return "250-sink\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME" if sink.password else "250 sink"
        if verb == "AUTH":
            self._known = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")[-1] == sink.password
            return "235 welcome" if self._known else "535 5.7.8 go away"
        if verb == "MAIL" and not self._known:
            return "530 5.7.0 who are you?"
        self._way[verb] = rest
        return "250 ok"

    def _take(self, sink: MailSink) -> bool:
        """Read a mail and answer to it; returns whether the connection goes on."""
        self._say("354 go on")
        raw = self._mail()
        if raw is None:
            return False
        said = sink.says.get(".", "250 taken")
        if not said.startswith(("4", "5")):
            sink.mails.append((self._way["MAIL"], self._way["RCPT"], raw))
        if not self._goes_on(sink, "."):
            return False
        self._say(said)
        return True

    def _goes_on(self, sink: MailSink, verb: str) -> bool:
        if sink.hangs_after == verb:
            sink.released.wait(60)
        return verb not in (sink.closes_after, sink.hangs_after)

    def _mail(self) -> bytes | None:
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return None

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")
