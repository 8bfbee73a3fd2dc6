"""``cmday completion SHELL``: a script with all words in it, so that pressing Tab starts no Python."""

from __future__ import annotations

import sys
from typing import Any

import typer

from cmday.cli.app import COMMANDS, load
from cmday.cli.arguments import FLAGS, VALUES
from cmday.cli.group import as_command
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, phrase

SHELLS = ("bash", "zsh", "fish")
Words = dict[str, list[str]]


def command(
    shell: str = typer.Argument(metavar="SHELL", help=_("bash, zsh or fish.")),
) -> int:
    """Print the completion script for a shell."""
    if shell not in SHELLS:
        raise WrongUse(
            phrase('no script for the shell "{shell}"', shell=shell), phrase("cmday completion bash, zsh or fish")
        )
    make = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    sys.stdout.write(make(words()))
    return DONE


command.__doc__ = _("Print the completion script for a shell; it starts no Python when Tab is pressed.")


def words() -> Words:
    """What may follow each command: its own commands and its options; ``""`` is the top."""
    common = sorted(name for name in (*FLAGS, *VALUES) if name.startswith("--"))
    found: Words = {"": [*COMMANDS, *common, "--help"]}
    for name in COMMANDS:
        _collect(found, name, as_command(load(name), name))
    return found


def _collect(found: Words, path: str, command: Any) -> None:
    options = sorted(name for param in command.params for name in param.opts if name.startswith("--"))
    below = {name: inner for name, inner in getattr(command, "commands", {}).items() if not inner.hidden}
    found[path] = [*below, *options, "--help"]
    for name, inner in below.items():
        _collect(found, f"{path} {name}", inner)


def _cases(found: Words) -> str:
    return "\n".join(f'    "{path}") words="{" ".join(follow)}" ;;' for path, follow in found.items())


def _bash(found: Words) -> str:
    return f"""\
# cmday completion bash > ~/.local/share/bash-completion/completions/cmday
_cmday() {{
  local word path="" words=""
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in -*) ;; *) path="${{path:+$path }}$word" ;; esac
  done
  while :; do
    case "$path" in
{_cases(found)}
    esac
    [ -n "$words" ] && break
    case "$path" in *" "*) path="${{path% *}}" ;; *) path="" ;; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _cmday cmday
"""


def _zsh(found: Words) -> str:
    return f"""\
#compdef cmday
# cmday completion zsh > a folder of $fpath, as _cmday
_cmday() {{
  local word trail="" words_here=""
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    [[ "$word" == -* ]] || trail="${{trail:+$trail }}$word"
  done
  while true; do
    case "$trail" in
{_cases(found).replace(" words=", " words_here=")}
    esac
    [[ -n "$words_here" ]] && break
    [[ "$trail" == *" "* ]] && trail="${{trail% *}}" || trail=""
  done
  compadd -- ${{=words_here}}
}}
if [ "$funcstack[1]" = "_cmday" ]; then _cmday "$@"; else compdef _cmday cmday; fi
"""


def _fish(found: Words) -> str:
    lines = ["# cmday completion fish > ~/.config/fish/completions/cmday.fish"]
    top = [word for word in found[""] if not word.startswith("-")]
    lines.append(f"complete -c cmday -n __fish_use_subcommand -f -a '{' '.join(top)}'")
    lines += [f"complete -c cmday -l {word[2:]}" for word in found[""] if word.startswith("--")]
    for path, follow in found.items():
        if not path:
            continue
        seen = "; and ".join(f"__fish_seen_subcommand_from {name}" for name in path.split())
        below = [word for word in follow if not word.startswith("-")]
        if below:
            lines.append(f"complete -c cmday -n '{seen}' -f -a '{' '.join(below)}'")
        own = [word for word in follow if word.startswith("--") and word not in found[""]]
        lines += [f"complete -c cmday -n '{seen}' -l {word[2:]}" for word in own]
    return "\n".join(lines) + "\n"
