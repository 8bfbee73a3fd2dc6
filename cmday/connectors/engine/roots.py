"""Which certificate authorities are trusted: what the user named, else the system's, else certifi's."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

_VARIABLES: Final = ("CURL_CA_BUNDLE", "SSL_CERT_FILE")
_PLACES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)


def certificate_roots() -> str:
    """The file of trusted roots; one that the user named is taken as it is, so that libcurl says if it is missing."""
    named = next((value for name in _VARIABLES if (value := os.environ.get(name))), None)
    return named or _installed()


@cache
def _installed() -> str:
    found = next((place for place in _PLACES if Path(place).is_file()), None)
    if found:
        return found
    import certifi

    return certifi.where()
