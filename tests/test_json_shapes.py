"""The keys and kinds of values of every reading command's JSON, frozen: programs outside this repository rely on them.

A shape is written as JSON is: a dict has exactly these keys, a list holds any number of such values, a set one of these
words. ``text``, ``time``, ``whole``, ``number`` and ``flag`` are what they say; with ``?`` the value may be null.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from cmday.cli.demo import place
from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.whole_morning import Ground, ended, process

Shape = str | set[str] | list[Any] | dict[str, Any]

ERROR: Final = {"subject": "text?", "kind": "text", "message": "text", "hint": "text?"}
SCHEDULE: Final = {
    "events": [
        {
            "uid": "text",
            "title": "text",
            "start": "time",
            "end": "time",
            "all_day": "flag",
            "calendar": "text",
            "community": "text?",
            "location": "text?",
            "busy": "flag",
        }
    ],
    "deadlines": [{"title": "text", "due": "time", "latest_safe_start": "time?", "operation": "text"}],
    "conflicts": [{"a": "text", "b": "text", "start": "time", "end": "time"}],
    "load": {"planned_minutes": "whole", "free_minutes": "whole"},
    "unreadable": [{"calendar": "text", "uid": "text?", "reason": "text"}],
}
ITEM: Final = {
    "id": "text",
    "handle": "i",
    "account": "text",
    "network": "text",
    "community": "text?",
    "kind": {"message", "mention", "reply", "question", "report", "follow", "like", "share", "other"},
    "author": "text",
    "author_handle": "text",
    "text": "text",
    "url": "text?",
    "at": "time",
    "state": {"new", "seen", "done", "snoozed"},
    "priority": "whole",
    "answer_by": "time?",
    "thread": "text?",
    "count": "whole",
}
INBOX: Final = {
    "items": [ITEM],
    "accounts": [
        {
            "account": "text",
            "network": "text",
            "status": {"ok", "partial", "failed", "offline", "never"},
            "new": "whole",
            "seconds": "number",
            "stale_since": "time?",
            "error": ({"kind": "text", "message": "text", "hint": "text?"}, None),
        }
    ],
}
FEEDS: Final = {
    "stories": [
        {
            "id": "text",
            "handle": "f",
            "title": "text",
            "url": "text?",
            "published": "time",
            "sources": ["text"],
            "communities": ["text"],
            "score": "number",
            "why": ["text"],
            "entries": ["text"],
        }
    ],
    "folded": "whole",
    "unread": "whole",
    "minutes": "whole",
}
MODERATE: Final = {
    "cases": [
        {
            "id": "text",
            "handle": "m",
            "account": "text",
            "network": "text",
            "community": "text?",
            "author": "text",
            "author_handle": "text",
            "text": "text",
            "url": "text?",
            "reasons": ["text"],
            "rules": ["text"],
            "reports": "whole",
            "priority": "whole",
            "opened_at": "time",
            "state": {"open", "approved", "resolved"},
            "decided_at": "time?",
            "elsewhere": "text?",
            "claimed_by": "text?",
            "waits": "text?",
            "held": "flag",
            "appeal": "flag",
            "edited": "time?",
            "labels": ["text"],
            "joined": "time?",
        }
    ]
}
DECIDED_BEFORE: Final = {
    **dict.fromkeys(("case", "network", "action", "why", "text"), "text"),
    "at": "time",
    "community": "text?",
    "elsewhere": "flag",
    "reversed_at": "time?",
    "appealed": "flag",
}
CASE_FILE: Final = {
    **MODERATE["cases"][0],
    "reported_by": [{"by": "text", "by_handle": "text", "reason": "text", "at": "time"}],
    "thread": [
        {
            "author": "text",
            "author_handle": "text",
            "text": "text",
            "at": "time",
            "url": "text?",
            "mine": "flag",
            "this": "flag",
        }
    ],
    "addresses": [{"network": "text", "handle": "text", "name": "text"}],
    "known_since": "time?",
    "open_cases": "whole",
    "decided": [DECIDED_BEFORE],
    "before": [DECIDED_BEFORE],
    "notes": [{"at": "time", "text": "text"}],
    "actions": [
        {
            "action": "text",
            "does": "text",
            "takes_back": "text?",
            **dict.fromkeys(("here", "timed", "words"), "flag"),
        }
    ],
    "likeness": ({"probability": "number", "refused": "whole", "because": ["text"]}, None),
}
OPERATION: Final = {
    "id": "text",
    "handle": "p",
    "title": "text",
    "community": "text?",
    "minutes": "whole",
    "spent_minutes": "whole",
    "wants": {"quiet", "peak", "any"},
    "due": "time?",
    "not_before": "time?",
    "start": "time?",
    "priority": "whole",
    "state": {"open", "running", "paused", "done", "dropped"},
    "kind": "text",
    "after": ["text"],
    "gap_minutes": "whole",
    "buffer_minutes": "whole",
    "hours": {"work", "extended"},
    "presence": "flag",
    "locked": "flag",
    "every_days": "number?",
    "event": "text?",
    "offset": "text?",
    "series": "text?",
    "ratio": "number?",
}
WINDOW: Final = {
    "community": "text",
    "start": "time",
    "end": "time",
    "level": {"quiet", "normal", "peak"},
    "traffic": "number?",
    "confidence": "number?",
    "basis": {"measured", "weak", "configured"},
}
QUIET: Final = {
    "community": "text",
    "basis": {"measured", "weak", "configured"},
    "people_hours": "whole",
    "weeks": "whole",
    "confidence": "number?",
    "zone": "text",
    "supposed": "flag",
    "quiet": [{**WINDOW, "quieter_than": "whole?", "why": "text"}],
    "peaks": [WINDOW],
    "curve": ["number"],
    "week": ["number"],
    "peak_hour": "whole?",
    "shift": "whole",
    "left_out": [{"day": "text", "kind": {"holiday", "campaign", "closed"}, "why": "text?"}],
    "country": "text?",
}
PLAN: Final = {
    "windows": [WINDOW],
    "placements": [
        {
            "operation": "text",
            "handle": "p",
            "title": "text",
            "community": "text?",
            "start": "time",
            "end": "time",
            "wants": {"quiet", "peak", "any"},
            "traffic": "number?",
            "why": "text",
        }
    ],
    "unplaced": [{"operation": "text", "title": "text", "reason": "text", "fixes": ["text"]}],
    "changes": [{"operation": "text", "from": "time?", "to": "time?", "why": "text"}],
}
ENTRIES: Final = {
    "entries": [
        {
            "id": "text",
            "feed_url": "text",
            "feed_title": "text",
            "guid": "text?",
            "title": "text",
            "url": "text?",
            "author": "text?",
            "published": "time?",
            "updated": "time?",
            "summary": "text",
            "state": {"unread", "read", "later"},
        }
    ]
}
AHEAD: Final = {
    "handle": "text",
    "title": "text",
    "community": "text?",
    "start": "time",
    "end": "time",
    "spent_minutes": "whole?",
}
LOG_LINE: Final = {"id": "whole", "at": "time", "verb": "text", "step": "text?", "item": "text?", "text": "text"}
SPENT: Final = {"step": "text?", "minutes": "whole", "deeds": "whole"}
STEPS: Final = {
    "schedule": SCHEDULE,
    "notifications": INBOX,
    "news": FEEDS,
    "moderation": MODERATE,
    "planning": PLAN,
}
OUTGOING: Final = {
    "id": "text",
    "handle": "o",
    "kind": {"reply", "post", "action"},
    "account": "text",
    "network": "text",
    "community": "text?",
    "target": "text?",
    "text": "text",
    "state": {"draft", "queued", "sending", "sent", "doubtful", "failed", "cancelled", "held"},
    "due": "time?",
    "error": "text?",
}
AUDIT: Final = {
    "number": "whole",
    "at": "time",
    **dict.fromkeys(("who", "what"), "text"),
    **dict.fromkeys(("outbox", "account", "target", "before", "after", "answer"), "text?"),
}
TRACE: Final = {
    "number": "whole",
    "at": "time",
    "kind": "text",
    "what": "text",
    **dict.fromkeys(
        ("who", "case", "handle", "outbox", "account", "target", "before", "after", "answer", "why"), "text?"
    ),
    "erased": "whole",
    "hash": "text",
}
TRANSPARENCY: Final = {
    "month": "text",
    "communities": ["text"],
    "made_at": "time",
    **dict.fromkeys(("cases", "decisions", "automatic", "reversals", "records"), "whole"),
    "automatic_share": "number?",
    "median_minutes": "whole?",
    "actions": [
        {
            "action": "text",
            **dict.fromkeys(("count", "automatic", "reversed"), "whole"),
            "median_minutes": "whole?",
        }
    ],
    "grounds": [{"ground": "text", "count": "whole"}],
    "by_community": [{"community": "text?", "count": "whole"}],
    "appeals": dict.fromkeys(("received", "granted", "upheld", "open"), "whole"),
    "last_hash": "text",
}
LOOKED_AT: Final = {
    "id": "text",
    "handle": "o",
    "account": "text",
    "network": "text",
    "community": "text?",
    "text": "text",
    "state": {"draft", "queued"},
    "due": "time?",
    "length": "whole",
    "most": "whole?",
    "spelling": (["text"],),
    "notes": [{"kind": "text", "message": "text"}],
}
SHARED: Final = {
    "since": "time",
    "until": "time",
    "communities": [
        {
            "community": "text",
            "title": "text",
            "stories": [
                {
                    "id": "text",
                    "title": "text",
                    "url": "text?",
                    "source": "text",
                    "author": "text?",
                    "published": "time?",
                    "summary": "text",
                    "note": "text",
                    "at": "time",
                    "posts": [
                        {
                            "id": "text",
                            "account": "text",
                            "network": "text",
                            "state": {"draft", "queued", "sending", "sent", "doubtful", "failed", "held"},
                            "at": "time",
                            "url": "text?",
                        }
                    ],
                }
            ],
        }
    ],
}
PERSON_ADDRESS: Final = {
    **dict.fromkeys(("network", "handle", "name"), "text"),
    **dict.fromkeys(("first_at", "last_at"), "time"),
    "items": "whole",
    "follows": "flag",
}
TRIED: Final = {
    "hits": "whole",
    "removed": "whole",
    "approved": "whole",
    "undecided": "whole",
    "agreement": "number?",
}
DIFFERING: Final = {
    "case": "text",
    "author": "text",
    "text": "text",
    "verdict": {"removed", "approved", "undecided"},
    "rules": ["text"],
}
SHAPES: Final[dict[str, Shape]] = {
    "glance": {
        "steps": [{"name": "text", "state": {"done", "open", "new"}, "waiting": "whole", "of": "whole?"}],
        "seen_at": "time?",
        "running": [AHEAD],
        "soon": [AHEAD],
        "tomorrow": [AHEAD],
        "owed": [
            {"handle": "i", "author": "text", "community": "text?", "answer_by": "time?", "late": "flag"},
        ],
        "command": "text?",
        "why": "text",
        "evening": "flag",
    },
    "schedule": SCHEDULE,
    "inbox": INBOX,
    "inbox read": {
        "items": [
            {
                "item": ITEM,
                "thread": [ITEM],
                "posts": [
                    {
                        **dict.fromkeys(("author", "author_handle", "text"), "text"),
                        **dict.fromkeys(("handle", "url", "by"), "text?"),
                        "at": "time",
                        "mine": "flag",
                        "waiting": "flag",
                    }
                ],
                **dict.fromkeys(("edited", "gone", "answered_at"), "time?"),
                **dict.fromkeys(("was", "answered_by"), "text?"),
                "labels": ["text"],
                "notes": [{"at": "time", "text": "text"}],
            }
        ]
    },
    "feeds": FEEDS,
    "feeds entries": ENTRIES,
    "feeds health": {
        "feeds": [
            {
                "url": "text",
                "title": "text",
                "problem": {"gone", "moved", "dead", "failing", "stale", "silent", "noisy"},
                "since": "time?",
                "detail": "text",
                "command": "text",
                "fixed": "flag",
            }
        ],
        "healthy": "whole",
        "muted": "whole",
    },
    "feeds later": ENTRIES,
    "feeds why": {
        "stories": [
            {
                "id": "text",
                "handle": "f",
                "title": "text",
                "communities": ["text"],
                "score": "number",
                "hidden": "flag",
                "points": [{"points": "number", "text": "text"}],
            }
        ]
    },
    "feeds no": {
        "entries": [
            {
                "handle": "f",
                "id": "text",
                "title": "text",
                "feed_title": "text",
                "url": "text?",
                "state": {"unread", "read", "later"},
            }
        ],
        "done": "flag",
    },
    "feeds split": {"stories": [{"handle": "f", "id": "text", "title": "text", "entries": ["text"]}]},
    "feeds mute": {"muted": [{"kind": {"feed", "word"}, "what": "text", "community": "text?", "muted": "flag"}]},
    "feeds add": {
        "feeds": [
            {
                "url": "text",
                "title": "text",
                "status": {"added", "known", "dry-run"},
                "communities": ["text"],
                "entries": "whole",
                "samples": ["text"],
                "others": ["text"],
                "kind": "text",
                "limits": "text",
                "cost": (
                    {
                        "look": "number",
                        "most": "number",
                        "today": "number",
                        "cap_day": "number",
                        "month": "number",
                        "cap_month": "number",
                    },
                    None,
                ),
            }
        ]
    },
    "feeds list": {
        "feeds": [
            {
                "url": "text",
                "title": "text",
                "site_url": "text?",
                "communities": ["text"],
                "state": {"ok", "new", "failing", "gone", "muted"},
                "last_fetched": "time?",
                "next_fetch": "time?",
                "reason": "text?",
                "entries": "whole",
            }
        ]
    },
    "feeds refresh": {
        "feeds": [
            {
                "url": "text",
                "status": {"new", "unchanged", "waiting", "moved", "gone", "failed"},
                "http_status": "whole?",
                "entries": "whole",
                "new": "whole",
                "seconds": "number",
                "error": "text?",
            }
        ]
    },
    "feeds search": {
        "words": ["text"],
        "found": "whole",
        "waiting": "whole",
        "entries": [
            {
                **dict.fromkeys(("id", "title", "feed_url", "feed_title", "marked_title", "excerpt"), "text"),
                "handle": "f",
                "url": "text?",
                "communities": ["text"],
                "author": "text?",
                "published": "time",
                "state": {"unread", "read", "later"},
            }
        ],
    },
    "feeds share": {
        "dry_run": "flag",
        "items": [
            {
                **dict.fromkeys(("story", "story_handle", "title", "account", "network", "community", "text"), "text"),
                **dict.fromkeys(("url", "link", "id", "handle", "operation"), "text?"),
                "state": ({"draft"},),
                "due": "time?",
                "length": "whole",
                "most": "whole?",
                "notes": [{"kind": "text", "message": "text"}],
            }
        ],
    },
    "feeds shared": SHARED,
    "backup": {
        "file": "text",
        "bytes": "whole",
        "dry_run": "flag",
        "schema": "whole",
        "tokens": "flag",
        "tokens_left_out": "flag",
        "files": [{"name": "text", "size": "whole", "sha256": "text"}],
    },
    "restore": {
        **dict.fromkeys(("file", "cmday"), "text"),
        "made_at": "time",
        "schema": "whole",
        **dict.fromkeys(("dry_run", "tokens"), "flag"),
        "restored": ["text"],
        "aside": ["text"],
        **dict.fromkeys(("held", "doubtful", "sent"), "whole"),
    },
    "people": {
        "people": [
            {
                "why": {"newcomer", "anniversary", "silent", "stranger"},
                **dict.fromkeys(("name", "network", "handle"), "text"),
                "at": "time",
                "times": "whole",
            }
        ],
        "known": "whole",
    },
    "people show": {
        "name": "text",
        "addresses": [PERSON_ADDRESS],
        "communities": ["text"],
        "exchanges": [
            {
                "at": "time",
                "own": "flag",
                **dict.fromkeys(("account", "network", "kind", "text", "state"), "text"),
                **dict.fromkeys(("community", "url", "item"), "text?"),
            }
        ],
        "hidden": "whole",
        "notes": [{"id": "whole?", "at": "time", "text": "text"}],
        "decisions": [
            {
                **dict.fromkeys(("case", "network", "text"), "text"),
                "at": "time",
                "community": "text?",
                "state": {"open", "approved", "resolved"},
                "reasons": ["text"],
            }
        ],
        "suggestions": [
            {
                **dict.fromkeys(("network", "handle", "name", "command"), "text"),
                "why": {"handle", "site", "name"},
            }
        ],
    },
    "people link": {"addresses": [PERSON_ADDRESS]},
    "people unlink": {"addresses": [PERSON_ADDRESS]},
    "people note": dict.fromkeys(("network", "handle", "text"), "text"),
    "people export": {"files": ["text"], "rows": "whole"},
    "people forget": {
        "name": "text",
        "addresses": ["text"],
        "words": ["text"],
        "shared": ["text"],
        "tables": [{"table": "text", "rows": "whole"}],
        "files": [{"path": "text", "what": {"changed", "deleted", "renamed", "left"}}],
        "dry_run": "flag",
    },
    "moderate": MODERATE,
    "moderate show": {"cases": [CASE_FILE]},
    "moderate rules": {
        "file": "text",
        "rules": [
            {"name": "text", "why": "text", "mode": {"observe", "suggest", "act"}, "do": ["text"], "hits": "whole"}
        ],
    },
    "moderate rules test": {
        "file": "text",
        "days": "whole",
        "things": "whole",
        "decided": "whole",
        "new": TRIED,
        "present": TRIED,
        "rules": [
            {
                "name": "text",
                "mode": {"observe", "suggest", "act"},
                "do": ["text"],
                "why": "text",
                "new": TRIED,
                "present": (TRIED,),
            }
        ],
        "only_new": [DIFFERING],
        "only_present": [DIFFERING],
    },
    "moderate rules explain": {
        "handle": "m",
        "case": "text",
        "author": "text",
        "text": "text",
        "strictest": "text?",
        "rules": [
            {
                "name": "text",
                "mode": {"observe", "suggest", "act"},
                "why": "text",
                "fits": "flag",
                "nearly": "flag",
                "spoken_of": "flag",
                "keys": [{"key": "text", "wanted": ["text"], "holds": "flag?", "evidence": ["text"]}],
                "proposed": ["text"],
                "automatic": ["text"],
            }
        ],
    },
    "moderate rules promote": {
        "rule": "text",
        "before": {"observe", "suggest", "act"},
        "mode": {"observe", "suggest", "act"},
        "decided": "whole",
        "agreed": "whole",
        "agreement": "number?",
        "by_itself": ["text"],
    },
    "moderate rules import": {
        "file": "text",
        "documents": "whole",
        "rules": ["text"],
        "toml": "text",
        "lost": [{"line": "whole", "rule": "text?", "what": "text"}],
    },
    "plan": PLAN,
    "plan replan": PLAN,
    "plan list": {"operations": [OPERATION]},
    "plan why": {
        "operation": OPERATION,
        "start": "time?",
        "end": "time?",
        "level": ({"quiet", "normal", "peak"},),
        "traffic": "number?",
        "basis": {"measured", "weak", "configured"},
        "why": "text",
        "fixes": ["text"],
        "latest_safe_start": "time?",
        "choices": [
            {
                "start": "time",
                "end": "time",
                "level": {"quiet", "normal", "peak"},
                "traffic": "number?",
                "blocked_by": [{"kind": "text", "title": "text?", "operation": "text?", "text": "text"}],
            }
        ],
    },
    "plan quiet": {
        "windows": [WINDOW],
        "communities": [QUIET],
        "day": "text",
        "named": "text?",
        "working": [{"weekday": "whole", "start": "whole", "end": "whole"}],
    },
    "handover": {
        "until": "time?",
        "waiting": [
            {
                **dict.fromkeys(("account", "author", "author_handle", "text"), "text"),
                **dict.fromkeys(("community", "url", "written"), "text?"),
                "kind": {"message", "mention", "reply", "question"},
                "since": "time",
                "answer_by": "time?",
                "labels": ["text"],
                "notes": ["text"],
            }
        ],
        "promised": [
            {
                "at": "time",
                **dict.fromkeys(("author", "text"), "text"),
                **dict.fromkeys(("community", "url", "said"), "text?"),
                "notes": ["text"],
            }
        ],
        "leaving": [
            {
                "due": "time?",
                **dict.fromkeys(("account", "kind", "text"), "text"),
                **dict.fromkeys(("community", "to"), "text?"),
                "state": {"draft", "queued", "sending", "doubtful", "failed", "held"},
            }
        ],
        "work": [{"title": "text", "community": "text?", "start": "time?", "due": "time?"}],
        "cases": [
            {
                **dict.fromkeys(("author", "text"), "text"),
                **dict.fromkeys(("community", "url"), "text?"),
                "reasons": ["text"],
                "reports": "whole",
                "opened_at": "time",
            }
        ],
        "notes": [{"at": "time", "text": "text"}],
    },
    "log": {"first": "text", "last": "text", "entries": [LOG_LINE], "spent": [SPENT]},
    "close": {
        "day": "text",
        "unsent": [
            {
                "handle": "o",
                "account": "text",
                "community": "text?",
                "to": "text?",
                "text": "text",
                "state": {"draft", "queued", "sending", "doubtful", "failed", "held"},
                "due": "time?",
            }
        ],
        "unanswered": [ITEM],
        "moved": [
            {
                "operation": "text",
                "handle": "p",
                "title": "text",
                "community": "text?",
                "from": "time?",
                "to": "time?",
                "minutes_left": "whole",
            }
        ],
        "done": [LOG_LINE],
        "spent": [SPENT],
        "file": "text",
    },
    "inbox templates": {
        "folder": "text",
        "templates": [
            {
                **dict.fromkeys(("name", "file", "text"), "text"),
                "communities": ["text"],
                "language": "text?",
                "formality": "text?",
            }
        ],
    },
    "inbox reply": {
        "items": [
            {
                **LOOKED_AT,
                "item": "text",
                "item_handle": "i",
                "to": "text?",
                "visibility": "text?",
                "follow_up": "time?",
            }
        ]
    },
    "post": {"items": [{**LOOKED_AT, "operation": "text", "operation_handle": "p", "images": ["text"]}]},
    "outbox": {"items": [OUTGOING]},
    "outbox show": {"items": [{"item": "anything", "handle": "o", "audit": [AUDIT]}]},
    "moderate appeal": {
        "appeals": [
            {
                "handle": "m",
                **dict.fromkeys(("case", "decision", "action", "why", "who"), "text"),
                **dict.fromkeys(("decided_at", "comes_up"), "time"),
                "new": "flag",
            }
        ]
    },
    "moderate log": {"records": [TRACE], "last_hash": "text"},
    "moderate log verify": {
        "whole": "flag",
        **dict.fromkeys(("records", "erased"), "whole"),
        "last_hash": "text",
        "expected": "text?",
        "broken": "whole?",
        "fault": "text?",
    },
    "moderate transparency": TRANSPARENCY,
    "purge": {
        "before": "time",
        "dry_run": "flag",
        "tables": [{"table": "text", "rows": "whole"}],
        "last_hash": "text",
    },
    "send": {"sent": "whole", "items": [OUTGOING], "left": [OUTGOING]},
    "undo": {"undone": [{"verb": "text", "slice": "text", "what": "text"}]},
    "undo --list": {"actions": [{"at": "time", "verb": "text", "slice": "text", "what": "text", "items": ["text"]}]},
    "doctor": {
        "checks": [{"about": "text", "status": {"ok", "warning", "failed"}, "message": "text", "fix": "text?"}],
    },
    "config path": dict.fromkeys(("config", "feeds", "rules", "database", "tokens", "log"), "text"),
    "config show": {"file": "text", "exists": "flag", "settings": "anything"},
    "config check": {"files": [{"file": "text", "exists": "flag", "mistakes": ["text"]}]},
    "config networks": {
        "networks": [
            {
                "name": "text",
                "title": "text",
                "server_example": "text",
                "sign_in": ["text"],
                "gives": ["text"],
                "options": ["text"],
            }
        ]
    },
}
DOING: Final = (
    *("feeds why", "feeds no", "feeds split", "feeds mute"),
    *("feeds add", "feeds search", "feeds share", "backup", "restore"),
    *("inbox read", "inbox reply", "post", "moderate show", "close", "outbox show", "send", "undo"),
    *("plan why", "plan replan", "purge", "moderate appeal"),
    *(f"moderate rules {verb}" for verb in ("test", "explain", "promote", "import")),
    *(f"people {verb}" for verb in ("show", "link", "unlink", "note", "export", "forget")),
)
READING: Final = [name for name in SHAPES if name not in DOING]
# What is rightly another in a second run: how long it took, and how big the database has become.
PASSING: Final = re.compile(r'"seconds": [\d.e-]+|, \d+ KB|in [\d.]+ s\b')
ISO: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
NAMES: Final = {"text": str, "flag": bool, "whole": int, "number": (int, float), "time": str}


def misfits(value: Any, shape: Any, at: str = "data") -> Iterator[str]:
    """Where a value is not of a shape."""
    if isinstance(shape, tuple):  # or null
        inner: list[tuple[Any, Any, str]] = [] if value is None else [(value, shape[0], at)]
    elif isinstance(shape, dict) and isinstance(value, dict) and set(value) == set(shape):
        inner = [(value[key], shape[key], f"{at}.{key}") for key in shape]
    elif isinstance(shape, list) and isinstance(value, list):
        inner = [(one, shape[0], f"{at}[{place}]") for place, one in enumerate(value)]
    else:
        inner = []
        fits = value in shape if isinstance(shape, set) else isinstance(shape, str) and _is(value, shape)
        if not fits:
            yield f"{at} is {value!r}, not {shape}"
    for one in inner:
        yield from misfits(*one)


def _is(value: Any, name: str) -> bool:
    if name == "anything":
        return True
    if len(name) == 1:  # a handle of the step with this letter
        return isinstance(value, str) and re.fullmatch(rf"{name}\d+", value) is not None
    if value is None:
        return name.endswith("?")
    kind = name.removesuffix("?")
    if not isinstance(value, NAMES[kind]) or (isinstance(value, bool) and kind != "flag"):  # type: ignore[arg-type]
        return False
    return kind != "time" or bool(ISO.fullmatch(value) and datetime.fromisoformat(value).utcoffset() is not None)


def check(told: Any, command: str) -> Any:
    """Hold an envelope against the shape of a command; returns its data."""
    assert list(told) == ["version", "command", "generated_at", "status", "data", "errors"]
    assert (told["version"], told["command"]) == (1, command)
    assert told["status"] in ("done", "partial", "failed")
    assert _is(told["generated_at"], "time")
    assert list(misfits(told["errors"], [ERROR], "errors")) == []
    data = told["data"]
    if command == "start":
        assert list(data) == ["steps", "next", "crisis"]
        assert list(misfits(data["next"], [{"text": "text", "command": "text"}], "next")) == []
        assert [step["name"] for step in data["steps"]] == list(STEPS)
        for step in data["steps"]:
            row = {
                "name": {step["name"]},
                "title": "text",
                "status": {"done", "partial", "failed"},
                "seconds": "number",
                "data": STEPS[step["name"]],
                "errors": [ERROR],
            }
            assert list(misfits(step, row, step["name"])) == []
    else:
        assert list(misfits(data, SHAPES[command])) == []
    return data


def words_of(command: str) -> list[str]:
    return [] if command == "glance" else command.split()


def every_command(cmday: Cmday, *options: str) -> dict[str, Any]:
    """Hold all reading commands against their shapes; the option stands before, then after. Returns their data."""
    found = {}
    for command in ["start", *READING]:
        before = cmday("--json", *options, *words_of(command))
        after = cmday(*words_of(command), *options, "--json")
        assert before.code == after.code in (0, 1, 3, 4), (command, before.err)
        if command not in ("start", "feeds refresh"):  # a second one finds less that is new
            assert steady(before.out, command) == steady(after.out, command), command
        found[command] = check(before.json, command)
        check(after.json, command)
    return found


def steady(text: str, command: str) -> list[str]:
    lines = PASSING.sub("", text).splitlines()
    return sorted(lines) if command == "doctor" else lines  # it tells of each network as it answers


def test_an_empty_home(cmday: Cmday, home: Path) -> None:
    for command in ("glance", *(name for name in READING if name != "glance")):
        check(cmday(*words_of(command), "--offline", "--json").json, command)
    (home / "config.toml").touch()
    (home / "feeds.toml").touch()
    found = every_command(cmday)
    assert found["inbox"] == {"items": [], "accounts": []}
    assert found["feeds"] == {"stories": [], "folded": 0, "unread": 0, "minutes": 0}
    assert found["feeds list"] == found["feeds refresh"] == {"feeds": []}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_demo(cmday: Cmday, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str) -> None:
    """The demo's data may be French; the sentences of cmday are English in JSON, whatever the language."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("CMDAY_LANG", language)
    check(cmday("demo", "--json").json, "start")
    monkeypatch.setenv("CMDAY_HOME", str(place(language)))
    found = every_command(cmday)
    for command, name in (("inbox", "items"), ("feeds", "stories"), ("moderate", "cases"), ("schedule", "events")):
        assert found[command][name], command
    assert found["plan"]["placements"]
    assert found["plan"]["windows"]
    assert check(cmday("plan", "why", "p1", "--json").json, "plan why")["choices"]
    assert check(cmday("plan", "replan", "--push", "1d", "--json").json, "plan replan")["changes"]
    check(cmday("inbox", "read", "i1", "--json").json, "inbox read")
    check(cmday("moderate", "show", "m1", "--json").json, "moderate show")
    rules = place(language) / "rules.toml"
    assert check(cmday("moderate", "rules", "test", str(rules), "--json").json, "moderate rules test")["rules"]
    assert check(cmday("moderate", "rules", "explain", "m1", "--json").json, "moderate rules explain")["rules"]
    first = next(iter(tomllib.loads(rules.read_text(encoding="utf-8"))["rule"]))
    promoted = cmday("moderate", "rules", "promote", first, "--to", "observe", "--json")
    assert check(promoted.json, "moderate rules promote")["mode"] == "observe"
    (tmp_path / "automod.yaml").write_text("body: spam\naction: filter\nmodmail: hello\n")
    told = cmday("moderate", "rules", "import", str(tmp_path / "automod.yaml"), "--json").json
    assert check(told, "moderate rules import")["lost"]
    answer = ("inbox", "reply", "i1", "SORRY IF IT IS LATE", "--follow-up", "fri", "--at", "14h", "--json")
    assert check(cmday(*answer).json, "inbox reply")["items"][0]["notes"]
    check(cmday("post", "Bonjour", "-c", "sss", "--draft", "--json").json, "post")
    assert check(cmday("outbox", "--json").json, "outbox")["items"]
    other = {"en": "fr", "fr": "en"}[language]
    for command in READING:
        told = [steady(cmday(*words_of(command), "--json").out, command)]
        monkeypatch.setenv("CMDAY_LANG", other)
        told.append(steady(cmday(*words_of(command), "--json").out, command))
        monkeypatch.setenv("CMDAY_LANG", language)
        if command not in ("doctor", "config show"):  # they tell the language in force
            assert told[0] == told[1], command


def test_real_input(cmday: Cmday, home: Path) -> None:
    with Ground(home, deadline="2s") as ground:
        for title, length, due in (("Concours de Noël", "2h", "fri"), ("Trop long", "20h", "tomorrow")):
            added = cmday("plan", "add", title, "--for", length, "--by", due, "-c", "bem", "--yes")
            assert added.code == 0, added.err
        check(cmday("start", "--json").json, "start")
        found = every_command(cmday)
        assert len(found["feeds"]["stories"]) > 0
        assert found["schedule"]["conflicts"]
        assert found["schedule"]["deadlines"]
        assert found["plan"]["unplaced"][0]["fixes"]
        assert found["plan quiet"]["windows"]
        assert {feed["status"] for feed in found["feeds refresh"]["feeds"]} == {"waiting"}
        forced = check(cmday("feeds", "refresh", "--force", "--json").json, "feeds refresh")
        assert {feed["status"] for feed in forced["feeds"]} == {"unchanged"}
        for words in ("feeds why f3", "feeds split f3", "feeds no f3", "feeds mute --word football -c bem"):
            check(cmday(*words.split(), "--json").json, " ".join(words.split()[:2]))
        assert cmday("feeds", "later", "f1", "f2").code == 0
        assert len(check(cmday("feeds", "later", "--json").json, "feeds later")["entries"]) == 2
        ground.spoil("bema", Answer(status=500, body=b"oops"))
        ground.spoil("calendar", Answer(body=b"junk"))
        ground.spoil("feeds", Answer(status=410))
        every_command(cmday)
        gone = check(cmday("feeds", "refresh", "--force", "--json").json, "feeds refresh")
        assert {feed["status"] for feed in gone["feeds"]} == {"gone"}
        check(cmday("feeds", "list", "--json").json, "feeds list")
    (home / "config.toml").write_text((home / "config.toml").read_text() + "\n[display]\nstorys = 1\n")
    wrong = cmday("config", "check", "--json")
    assert wrong.code == 2
    check(wrong.json, "config check")
    check(cmday("doctor", "--json", "--offline").json, "doctor")


def test_a_process_writes_the_same(home: Path) -> None:
    (home / "config.toml").touch()
    (home / "feeds.toml").touch()
    code, out, err = ended(process("--json", "start"))
    assert (code, err) == (0, "")
    check(json.loads(out), "start")
