"""UTM parameters: what tells a site's own statistics that a visit came from a post (Urchin Tracking Module).

They are added to the query and nothing else of the address changes, so that what a site reads from it stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote_plus

_SCHEMES: Final = ("https://", "http://")


def tagged(url: str, parameters: Mapping[str, str]) -> str:
    """The address with these parameters; one that it has already stays as it is, and none is there twice.

    Query and fragment are kept byte for byte. What is no http(s) address comes back as it was, as do empty values.
    """
    if not url.lower().startswith(_SCHEMES):
        return url
    whole, sharp, fragment = url.partition("#")
    address, _, query = whole.partition("?")
    there = {unquote_plus(part.partition("=")[0]).lower() for part in query.replace(";", "&").split("&")}
    new = [
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in parameters.items()
        if value and name.lower() not in there
    ]
    if not new:
        return url
    joint = "&" if query and not query.endswith("&") else ""
    return f"{address}?{query}{joint}{'&'.join(new)}{sharp}{fragment}"
