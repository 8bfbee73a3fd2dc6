"""templates/*.md in the home: texts for answers. The files are the person's own; cmday only reads them.

``doors.fr.md`` is the template "doors" in French, ``doors.tu.fr.md`` the one that says tu. Between two lines ``+++`` at
the top a file may say in TOML for which ``community``, ``language`` and ``formality`` it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from cmday.config.values import Unfit, one_of, texts
from cmday.core.templates import FORMALITIES, Template
from cmday.errors import ConfigError, ConfigErrors
from cmday.i18n import LANGUAGES, Phrase, phrase

_FENCE: Final = "+++"
_MOST_BYTES: Final = 64 * 1024
_KEYS: Final = ("community", "language", "formality")


def read_templates(folder: Path) -> list[Template]:
    """All templates, by file name; raises ``ConfigErrors`` with all mistakes at once. A missing folder has none."""
    found: list[Template] = []
    mistakes: list[ConfigError] = []
    for file in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        try:
            found.append(_read(file))
        except ConfigError as mistake:
            mistakes.append(mistake)
    if mistakes:
        raise ConfigErrors(mistakes)
    return found


def _read(file: Path) -> Template:
    try:
        raw = file.read_bytes()[: _MOST_BYTES + 1]
        if len(raw) > _MOST_BYTES:
            raise _mistake(file, phrase("it is longer than {kilobytes} KB", kilobytes=_MOST_BYTES // 1024))
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as why:
        raise _mistake(file, phrase("it cannot be read: {why}", why=why.strerror or str(why))) from None
    except UnicodeDecodeError:
        raise _mistake(file, phrase("it is not written in UTF-8")) from None
    head, body = _split(file, text)
    name, language = _ending(file.stem, LANGUAGES)
    name, formality = _ending(name, FORMALITIES)
    return Template(
        name=name,
        file=file.name,
        text=body.strip("\n"),
        communities=_value(file, head, "community", texts) or (),
        language=_value(file, head, "language", one_of(LANGUAGES)) or language or None,
        formality=_value(file, head, "formality", one_of(FORMALITIES)) or formality or None,
    )


def _ending(stem: str, known: Sequence[str]) -> tuple[str, Any]:
    """A name and what stands behind its last dot, where that is one of a few words."""
    name, dot, ending = stem.rpartition(".")
    return (name, ending) if dot and ending in known else (stem, "")


def _split(file: Path, text: str) -> tuple[dict[str, Any], str]:
    """What stands between the fences as a table, and the text below."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != _FENCE:
        return {}, text
    lines = rest.split("\n")
    end = next((number for number, line in enumerate(lines) if line.rstrip() == _FENCE), None)
    if end is None:
        raise _mistake(file, phrase('the second line "+++" is missing, where its settings end'))
    import tomllib

    try:
        head = tomllib.loads("\n".join(lines[:end]))
    except tomllib.TOMLDecodeError as why:
        raise _mistake(file, phrase("its settings are no TOML: {why}", why=str(why))) from None
    for key in head:
        if key not in _KEYS:
            raise _mistake(file, phrase('"{key}" is no setting of a template: {keys}', key=key, keys=", ".join(_KEYS)))
    return head, "\n".join(lines[end + 1 :])


def _value(file: Path, head: dict[str, Any], key: str, convert: Any) -> Any:
    if key not in head:
        return None
    try:
        return convert(head[key])
    except Unfit as why:
        raise _mistake(file, phrase("{key} must be {expected}", key=key, expected=why.expected)) from None


def _mistake(file: Path, what: Phrase) -> ConfigError:
    return ConfigError(
        phrase("templates/{file}: {what}", file=file.name, what=what),
        phrase("the file is {path}", path=str(file)),
        str(file),
    )
