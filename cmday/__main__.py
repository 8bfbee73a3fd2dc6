"""The one door: ``main(argv)`` returns an exit code; every error becomes a message here."""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False  # instead of importing typing: --version is to cost no more than Python itself
if TYPE_CHECKING:
    from cmday.cli.run import Run

_OBJECTS = 50_000


def main(argv: list[str]) -> int:
    """Run cmday with these arguments; never raises, so a test or another program may call it.

    Exit codes: 0 done, 1 failed, 2 wrong command or configuration, 3 done in part, 4 sign-in needed, 130 interrupted.
    """
    if argv[:1] == ["--version"]:
        return _version()
    from cmday import i18n
    from cmday.errors import DONE, INTERRUPTED, CmdayError

    i18n.choose()
    door = _Door(argv)
    try:
        code = door.run()
        sys.stdout.flush()
    except CmdayError as error:
        from cmday.cli.complaints import tell

        code = tell(error, door.current)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        _let_go_of_stdout()
        code = DONE
    except Exception as error:  # noqa: BLE001  the last net: a bug becomes one line and a log
        from cmday.cli.complaints import tell_unexpected

        code = tell_unexpected(error, door.current, argv)
    return code


class _Door:
    """A run from its arguments to its code; ``current`` is there for the error message as soon as there is a run."""

    def __init__(self, argv: list[str]) -> None:
        self.argv = argv
        self.current: Run | None = None

    def run(self) -> int:
        from cmday import i18n
        from cmday.cli.arguments import lift
        from cmday.cli.run import Run

        options, words = lift(self.argv)
        if options.version:
            return _version()
        self.current = Run(options, words)
        i18n.choose(self.current.language_wish())
        with self.current as current:
            from cmday.cli.app import dispatch

            return current.finish(dispatch(current, words))


def _version() -> int:
    from cmday import __version__

    sys.stdout.write(f"cmday {__version__}\n")
    return 0


def _let_go_of_stdout() -> None:
    """Send what is still buffered nowhere, so that the interpreter's last flush does not fail on the closed pipe."""
    import os
    from contextlib import suppress

    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run() -> None:
    """The console script."""
    # A command makes many objects and few circles: looking for these less often saves a twentieth to a tenth.
    gc.set_threshold(_OBJECTS)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # What asks no network hangs nowhere, and is to be over before the watch would stand.
    if len(sys.argv) > 1 and sys.argv[1] != "--version" and "--offline" not in sys.argv:
        from cmday.cli.interruption import insist

        insist()
    code = main(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_stdout()
    sys.exit(code)


if __name__ == "__main__":
    run()
