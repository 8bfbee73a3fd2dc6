"""``cmday config``: where the settings are, what they say, and what is wrong with them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import typer

from cmday.cli.editor import edit as open_editor
from cmday.cli.group import new_app
from cmday.cli.run import current
from cmday.config.paths import Home
from cmday.errors import DONE, ConfigError, ConfigErrors, WrongUse
from cmday.i18n import _, phrase
from cmday.text.safe_text import hide_logins

app = new_app(_("Show, edit and check the settings."))


class PathsData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday config path --json``."""

    config: str
    feeds: str
    rules: str
    database: str
    tokens: str
    log: str


class ShowData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday config show --json``; secrets are struck."""

    file: str
    exists: bool
    settings: dict[str, Any]


class CheckData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday config check --json``."""

    files: tuple[CheckedFile, ...]


class CheckedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file: whether it is there, and its mistakes in English."""

    file: str
    exists: bool
    mistakes: tuple[str, ...]


class NetworksData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday config networks --json``."""

    networks: tuple[NetworkRow, ...]


class NetworkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One network that cmday can speak to."""

    name: str
    title: str
    server_example: str
    sign_in: tuple[str, ...]
    gives: tuple[str, ...]
    options: tuple[str, ...]


@app.callback(invoke_without_command=True)
def config(context: typer.Context) -> int:
    return show() if context.invoked_subcommand is None else DONE


@app.command(help=_("Print where the settings file is."))
def path(
    everything: bool = typer.Option(False, "--all", help=_("All files of this home.")),
) -> int:
    run = current()
    paths = _paths(run.home)
    if run.options.json:
        return run.print_data("config path", paths, "")
    lines = [f"{name:9} {getattr(paths, name)}" for name in paths.__struct_fields__] if everything else [paths.config]
    return run.print_data("config path", paths, "\n".join(lines))


@app.command(help=_("Print the settings in force, defaults included and secrets struck."))
def show() -> int:
    run = current()
    from cmday.config.showing import as_tables

    settings = run.settings
    tables = as_tables(settings)
    data = ShowData(file=str(run.home.config), exists=settings.exists, settings=tables)
    text = ""
    if not run.options.json:
        import tomli_w

        head = run.home.config if settings.exists else _("{file} is not there yet").format(file=run.home.config)
        text = f"# {head}\n{tomli_w.dumps(tables)}".rstrip()
    return run.print_data("config show", data, text)


@app.command(help=_("Open the settings in your editor, then check them."))
def edit() -> int:
    run = current()
    if not sys.stdin.isatty() and not (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise WrongUse(
            phrase("there is no terminal to edit in"),
            phrase("edit {file} and run cmday config check", file=run.home.config),
        )
    file = run.home.config
    if not file.exists():
        from cmday.config.starter import create

        create(run.home)
    open_editor(file)
    return check()


@app.command(help=_("Check config.toml, feeds.toml and rules.toml; all mistakes at once."))
def check() -> int:
    run = current()
    from cmday.checkup import check_files

    checked = check_files(run.home, run.default_zone())
    mistakes = [mistake for _file, found in checked for mistake in found]
    data = CheckData(
        files=tuple(
            CheckedFile(
                file=str(file),
                exists=file.is_file(),
                mistakes=tuple(hide_logins(mistake.message.english) for mistake in found),
            )
            for file, found in checked
        )
    )
    text = "\n".join(_verdict(file, found) for file, found in checked)
    code = run.print_data("config check", data, text, mistakes)
    if mistakes:
        raise ConfigErrors(mistakes)
    return code


@app.command(help=_("List the networks that cmday can speak to."))
def networks() -> int:
    run = current()
    from cmday.signing_in import known_networks

    rows = tuple(
        NetworkRow(
            name=line.name,
            title=line.title,
            server_example=line.server_example,
            sign_in=line.sign_in,
            gives=line.gives,
            options=line.options,
        )
        for line in known_networks()
    )
    width = max(len(row.name) for row in rows)
    lines = [
        f"{row.name:{width}}  cmday login {row.name} --server {row.server_example}"
        + (f" --username {_('NAME')}" if "password" in row.sign_in else "")
        for row in rows
    ]
    return run.print_data("config networks", NetworksData(networks=rows), "\n".join(lines))


def _paths(home: Home) -> PathsData:
    return PathsData(
        config=str(home.config),
        feeds=str(home.feeds),
        rules=str(home.rules),
        database=str(home.database),
        tokens=str(home.tokens),
        log=str(home.log),
    )


def _verdict(file: Path, mistakes: list[ConfigError]) -> str:
    if mistakes:
        return _("{file}: {n} wrong").format(file=file, n=len(mistakes))
    return _("{file}: ok").format(file=file) if file.is_file() else _("{file}: not there, defaults").format(file=file)
