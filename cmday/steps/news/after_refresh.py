"""What is thought about new entries once a refresh is over: in bulk, each bounded, and only about what is new."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from cmday.session import Session

# Stories first: what they are worth is to be found by the search too.
_WORKS: Final = (("cmday.steps.news.folding_new", "fold_new"), ("cmday.steps.news.searching", "index_new"))


def after_refresh(session: Session) -> None:
    """Fold what tells the same story, and fill the index of the search; cheap where nothing came."""
    for module, function in _WORKS:
        if find_spec(module) is not None:
            getattr(import_module(module), function)(session)
