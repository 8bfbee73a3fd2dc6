"""Whether a proxy stands between here and the web. libcurl reads the same variables and does the work itself."""

from __future__ import annotations

import os
from typing import Final

_NAMES: Final = {
    "http": ("http_proxy", "all_proxy", "ALL_PROXY"),  # HTTP_PROXY is left out on purpose, as in libcurl (CGI)
    "https": ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
}


def proxy_for(scheme: str) -> str | None:
    """The proxy that the environment names for ``http`` or ``https``, or None."""
    return next((value for name in _NAMES.get(scheme, ()) if (value := os.environ.get(name))), None)


def proxy_place(scheme: str) -> str:
    """Host and port of that proxy, without the password that may stand in its address."""
    return (proxy_for(scheme) or "").rpartition("@")[2].rpartition("//")[2].rstrip("/")
