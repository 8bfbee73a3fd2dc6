"""An item as a line of JSON."""

from __future__ import annotations

from cmday.core.items import PRIORITY, Item
from cmday.steps.notifications.report import ItemRow


def item_row(item: Item, handle: str) -> ItemRow:
    """The line of ``data.items[]`` for an item."""
    one = item.notification
    return ItemRow(
        id=one.id,
        handle=handle,
        account=one.account,
        network=one.network,
        community=one.community,
        kind=one.kind,
        author=one.author,
        author_handle=one.author_handle,
        text=one.text or one.subject_text or "",
        url=one.url,
        at=one.at,
        state=item.state,
        priority=PRIORITY[one.kind],
        answer_by=item.answer_by,
        thread=one.thread,
        count=item.count,
    )
