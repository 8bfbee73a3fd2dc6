"""What is thought about new entries once a refresh is over: in bulk, each bounded, and only about what is new."""

from __future__ import annotations

from cmday.session import Session


def after_refresh(session: Session) -> None:
    """Fold what tells the same story, and fill the index of the search; cheap where nothing came."""
    from cmday.steps.news.folding_new import fold_new
    from cmday.steps.news.searching import index_new

    fold_new(session)
    index_new(session)
