"""The one door: ``main(argv)`` returns an exit code."""

from __future__ import annotations


def main(argv: list[str]) -> int:
    """Run cmday with these arguments."""
    return 0
