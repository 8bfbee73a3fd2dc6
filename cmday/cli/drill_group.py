"""The commands of ``cmday drill``: its own, and after them any command of cmday, played in the drill."""

from __future__ import annotations

from typing import Any, Final

from cmday.cli.app import COMMANDS
from cmday.cli.group import Group, full_name

PLAY: Final = "play"
# What is about one's own home or about networks has no place in a drill.
_OUTSIDE: Final = frozenset(
    {"feeds", "watch", "init", "login", "config", "doctor", "backup", "restore", "demo", "drill", "completion"}
)


class DrillGroup(Group):
    """Its own commands come first; what is none of them is a command of cmday."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the first word names; a command of cmday keeps its name as the first word."""
        own = [name for name in self.list_commands(ctx) if name != PLAY]
        played = [name for name in COMMANDS if name not in _OUTSIDE and name not in own]
        name = full_name(args[0], [*own, *played], ctx.command_path)
        if name in own:
            return name, self.get_command(ctx, name), args[1:]
        return PLAY, self.get_command(ctx, PLAY), args
