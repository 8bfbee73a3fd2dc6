"""Questions to the person, on stderr so that stdout stays clean; never without a terminal."""

from __future__ import annotations

import re
import sys

from cmday.i18n import _


def can_ask() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_text(question: str, default: str = "") -> str:
    """One line from the person; the default for an empty one."""
    sys.stderr.write(f"{question} [{default}] " if default else f"{question} ")
    sys.stderr.flush()
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        sys.stderr.write("\n")  # what comes next begins its own line
        raise
    if not answer:
        sys.stderr.write("\n")
        raise KeyboardInterrupt  # the terminal was closed, or ^D: nothing more is to be done
    return answer.strip() or default


def confirm(question: str, *, default: bool = True) -> bool:
    """Yes or no, in the chosen language and in English."""
    choices = _("[Y/n]") if default else _("[y/N]")
    answer = ask_text(f"{question} {choices}").lower()
    if not answer:
        return default
    return answer[0] in {"y", _("yes")[0]}


def choose(question: str, choices: str) -> int:
    """Which of several answers was given, by its place in a line as ``[Y]es  [n]o  [w]hy``; the first for an empty one.

    The letters in brackets are the answers, those of the chosen language; what is none of them counts as the second.
    """
    letters = [letter.lower() for letter in re.findall(r"\[(\w)\]", choices)]
    answer = ask_text(f"{question}  {choices} ").lower()
    if not answer:
        return 0
    return letters.index(answer[0]) if answer[0] in letters else 1


def ask_secret(question: str) -> str:
    """A line that is not shown while it is typed."""
    import getpass

    try:
        return getpass.getpass(f"{question} ", stream=sys.stderr)
    except EOFError:
        raise KeyboardInterrupt from None
