"""Reading what Reddit's AutoModerator is configured with: YAML documents, as plain words, bounded.

Nothing is made of the YAML but mappings, lists and words; tags are not looked at and no number is read as one.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cmday.errors import CmdayError, ConfigError
from cmday.i18n import phrase

MOST_BYTES: Final = 512 * 1024
_MOST_NODES: Final = 200_000
_MOST_LETTERS: Final = 2 * MOST_BYTES
_DEEPEST: Final = 12

Value = str | list[str] | list[tuple[str, "Value"]]


class Document(msgspec.Struct, frozen=True):
    """One rule of the file: its line, and its keys in order; a value is a word, a list of words, or keys again."""

    line: int
    keys: list[tuple[str, Any]]


def read_documents(text: str, name: str) -> tuple[list[Document], list[CmdayError]]:
    """The documents of a file, and what could not be read; what comes behind a mistake in the YAML is lost."""
    import yaml

    found: list[Document] = []
    try:
        budget = _Budget()
        for root in yaml.compose_all(text, Loader=yaml.SafeLoader):
            if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
                continue
            keys = _value(root, budget, 0)
            if isinstance(root, yaml.MappingNode):
                found.append(Document(root.start_mark.line + 1, keys))
            else:
                raise _unreadable(name, root.start_mark.line + 1, "a rule is a set of keys")
    except yaml.MarkedYAMLError as why:
        line = why.problem_mark.line + 1 if why.problem_mark else 1
        return found, [_unreadable(name, line, why.problem or "")]
    except (yaml.YAMLError, RecursionError, ValueError) as why:
        return found, [_unreadable(name, 1, str(why).partition("\n")[0])]
    except CmdayError as why:
        return found, [why]
    return found, []


class _Budget:
    """How much of a file is read: a node may be named again and again, and so may a long text."""

    def __init__(self) -> None:
        self.nodes = _MOST_NODES
        self.letters = _MOST_LETTERS

    def take(self, letters: int = 0) -> None:
        """Raises ``ValueError`` where nothing is left."""
        self.nodes -= 1
        self.letters -= letters
        if self.nodes < 0 or self.letters < 0:
            raise ValueError("too many values within each other")


def _value(node: Any, budget: _Budget, depth: int) -> Any:
    """A node as plain values; raises ``ValueError`` where there are too many of them within each other."""
    if depth > _DEEPEST:
        raise ValueError("too many values within each other")
    if node.id == "scalar":
        return _word(node, budget)
    budget.take()
    if node.id == "mapping":
        return [(_word(key, budget), _value(value, budget, depth + 1)) for key, value in node.value]
    return [_value(one, budget, depth + 1) for one in node.value]


def _word(node: Any, budget: _Budget) -> str:
    if node.id != "scalar":
        raise ValueError("a key is a word")
    budget.take(len(node.value))
    return str(node.value)


def _unreadable(name: str, line: int, why: str) -> CmdayError:
    return ConfigError(
        phrase("{where} is not valid YAML: {why}", where=f"{name}:{line}", why=why),
        phrase("what stands before it was read"),
        name,
    )
