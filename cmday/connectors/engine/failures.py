"""What libcurl's error codes mean to a person, and what they prove about the network."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Final

import pycurl

from cmday.connectors.engine.addresses import host_of
from cmday.connectors.engine.proxies import proxy_place
from cmday.connectors.engine.talk import Talk
from cmday.connectors.engine.transfer import Transfer
from cmday.errors import Garbled, NetworkError, TimedOut, TooMuch, Uncertain, Unreachable, Untrusted
from cmday.i18n import phrase

# pycurl names fewer codes than libcurl has: https://curl.se/libcurl/c/libcurl-errors.html
_PROXY: Final = 97
_TOO_LARGE: Final = 100
_HTTP2_STREAM: Final = 92

TIMED_OUT: Final = pycurl.E_OPERATION_TIMEDOUT
NO_CONTACT: Final = frozenset(
    {
        pycurl.E_COULDNT_RESOLVE_PROXY,
        pycurl.E_COULDNT_RESOLVE_HOST,
        pycurl.E_COULDNT_CONNECT,
        TIMED_OUT,
        _PROXY,
    }
)
NO_TRUST: Final = frozenset({pycurl.E_SSL_CONNECT_ERROR, pycurl.E_PEER_FAILED_VERIFICATION})
_BROKE: Final = frozenset(
    {
        pycurl.E_HTTP2,
        pycurl.E_PARTIAL_FILE,
        pycurl.E_GOT_NOTHING,
        pycurl.E_SEND_ERROR,
        pycurl.E_RECV_ERROR,
        _HTTP2_STREAM,
    }
)


def broke(code: int) -> bool:
    """Whether a connection broke after it stood, so that a read is worth a second try."""
    return code in _BROKE


def is_lost(error: BaseException) -> bool:
    """Whether what a call raised means that it reached nobody."""
    return isinstance(error, Unreachable | TimedOut | OSError)


def perhaps(error: NetworkError, talk: Talk, transfer: Transfer | None = None) -> NetworkError:
    """The error, as ``Uncertain`` where what the conversation has under way may have been carried out all the same."""
    transfer = transfer or talk.transfer
    once = talk.pursuit is not None and not talk.pursuit.request.repeatable
    sent = once and transfer is not None and transfer.written
    ran = talk.call is not None and not talk.call.call.repeatable
    if not (sent or ran):
        return error
    return Uncertain(error.message, error.hint, error.subject, error.retry_after, error.status)


def explain(transfer: Transfer, code: int, message: str) -> NetworkError:
    """The error that a person sees for a transfer that ended with this code of libcurl."""
    assert transfer.ask is not None
    scheme = transfer.ask.url.partition(":")[0]
    host = host_of(transfer.ask.url)
    if transfer.refused_private:
        error: NetworkError = Untrusted(phrase("a redirect leads into a private network, to {host}", host=host))
    elif transfer.too_much or code in (pycurl.E_FILESIZE_EXCEEDED, _TOO_LARGE):
        error = _too_much(transfer, host)
    elif code == pycurl.E_COULDNT_CONNECT:
        error = _no_connection(transfer, host, scheme)
    elif code == pycurl.E_PARTIAL_FILE:
        error = _cut(transfer, host)
    elif code in _KNOWN:
        error = _KNOWN[code](host, scheme, message)
    else:
        error = Unreachable(phrase("{host} cannot be reached: {detail}", host=host, detail=message or code), _DOCTOR)
    return error


def no_contact(host: str, seconds: float) -> TimedOut:
    """No connection within the time for it, the look-up of the name included."""
    return TimedOut(
        phrase("no connection to {host} within {seconds} s", host=host, seconds=f"{round(seconds, 1):g}"), _DOCTOR
    )


def late(host: str, seconds: float) -> TimedOut:
    """No complete answer before the deadline, or no turn at all (none of its own seconds was used)."""
    return TimedOut(
        phrase("no complete answer from {host} within {seconds} s", host=host, seconds=f"{round(seconds, 1):g}")
        if seconds
        else phrase("no time was left to ask {host}: another question took it all", host=host),
        phrase("try again later, or raise deadline under [limits]"),
    )


_DOCTOR: Final = phrase("cmday doctor checks the connection")


def _too_much(transfer: Transfer, host: str) -> TooMuch:
    assert transfer.ask is not None
    return TooMuch(
        phrase(
            "{host} sends more than cmday takes ({size} after unpacking)", host=host, size=_size(transfer.ask.max_bytes)
        )
        if transfer.received > transfer.ask.max_bytes
        else phrase("{host} sends something that swells without bounds when unpacked", host=host)
    )


def _size(count: int) -> str:
    return f"{count // 1_048_576} MiB" if count >= 1_048_576 else f"{count} B"  # noqa: PLR2004  one MiB


def _no_connection(transfer: Transfer, host: str, scheme: str) -> Unreachable:
    proxy = proxy_place(scheme)
    number = transfer.handle.getinfo(pycurl.OS_ERRNO)
    if proxy:
        return Unreachable(
            phrase("no connection to {host} through the proxy {proxy}", host=host, proxy=proxy),
            phrase("check http_proxy, https_proxy and no_proxy in the environment"),
        )
    if number == errno.ECONNREFUSED:
        return Unreachable(phrase("{host} refuses the connection", host=host), phrase("is the server running?"))
    if number in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return Unreachable(phrase("there is no way to {host} from here", host=host), _DOCTOR)
    return Unreachable(phrase("no connection to {host}", host=host), _DOCTOR)


def _cut(transfer: Transfer, host: str) -> NetworkError:
    if transfer.promised is not None:
        return Garbled(
            phrase(
                "{host} promised {promised} bytes and sent {received}",
                host=host,
                promised=transfer.promised,
                received=transfer.received,
            )
        )
    return Unreachable(phrase("the answer of {host} was cut off", host=host))


def _unknown_name(host: str, _scheme: str, _detail: str) -> NetworkError:
    return Unreachable(
        phrase('no server is known by the name "{host}"', host=host), phrase("check the spelling of the address")
    )


def _unknown_proxy(host: str, scheme: str, _detail: str) -> NetworkError:
    return Unreachable(
        phrase("no connection to {host} through the proxy {proxy}", host=host, proxy=proxy_place(scheme)),
        phrase("check http_proxy, https_proxy and no_proxy in the environment"),
    )


def _bad_address(host: str, _scheme: str, _detail: str) -> NetworkError:
    return Unreachable(phrase("the address of {host} cannot be understood", host=host))


def _no_words(host: str, _scheme: str, _detail: str) -> NetworkError:
    return Unreachable(phrase("{host} closed the connection without an answer", host=host))


def _reset(host: str, _scheme: str, _detail: str) -> NetworkError:
    return Unreachable(phrase("{host} broke the connection off", host=host))


def _no_http(host: str, _scheme: str, _detail: str) -> NetworkError:
    return Garbled(phrase("what {host} answers is not HTTP", host=host))


def _not_unpacked(host: str, _scheme: str, _detail: str) -> NetworkError:
    return Garbled(phrase("what {host} sends cannot be unpacked", host=host))


def _no_tls(host: str, _scheme: str, detail: str) -> NetworkError:
    return Unreachable(phrase("no secure connection to {host}: {detail}", host=host, detail=detail))


def _untrusted(host: str, _scheme: str, detail: str) -> NetworkError:
    return Untrusted(
        phrase("the certificate of {host} cannot be trusted: {detail}", host=host, detail=detail),
        phrase("check this machine's clock; SSL_CERT_FILE may name the roots of your own network"),
    )


def _no_roots(_host: str, _scheme: str, detail: str) -> NetworkError:
    return Untrusted(
        phrase("the trusted certificates cannot be read: {detail}", detail=detail),
        phrase("check SSL_CERT_FILE and CURL_CA_BUNDLE in the environment"),
    )


_KNOWN: Final[dict[int, Callable[[str, str, str], NetworkError]]] = {
    pycurl.E_UNSUPPORTED_PROTOCOL: _no_http,
    pycurl.E_URL_MALFORMAT: _bad_address,
    pycurl.E_COULDNT_RESOLVE_PROXY: _unknown_proxy,
    pycurl.E_COULDNT_RESOLVE_HOST: _unknown_name,
    pycurl.E_FTP_WEIRD_SERVER_REPLY: _no_http,
    pycurl.E_HTTP2: _no_http,
    pycurl.E_SSL_CONNECT_ERROR: _no_tls,
    pycurl.E_GOT_NOTHING: _no_words,
    pycurl.E_SEND_ERROR: _reset,
    pycurl.E_RECV_ERROR: _reset,
    _HTTP2_STREAM: _reset,
    pycurl.E_PEER_FAILED_VERIFICATION: _untrusted,
    pycurl.E_BAD_CONTENT_ENCODING: _not_unpacked,
    pycurl.E_SSL_CACERT_BADFILE: _no_roots,
    _PROXY: _unknown_proxy,
}
