"""HTTP to addresses that people entered: never to this machine or its network unless the operator trusts the host.

The name is resolved here, every address it has is judged, and the connection goes to the judged address: a name that
answers differently a moment later gains nothing. What is posted follows no redirect.
"""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from models.errors import Refused, Unreachable

SECONDS = 10.0
LONGEST = 60.0
MOST_REDIRECTS = 3


@dataclass(frozen=True)
class PublicWeb:
    """The web outside; `trusted` hosts may be plain HTTP and stand in our own network."""

    trusted: frozenset[str] = frozenset()

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Send a body; the status it was answered with."""
        if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in self.trusted:
            raise Refused("only https addresses are told of events")
        with self._answer("POST", url, body, headers) as answer:
            return answer.status_code

    def get(self, url: str, most: int) -> bytes:
        """What stands at an address, at most so many bytes; a few redirects are followed, each judged anew."""
        for _ in range(MOST_REDIRECTS + 1):
            with self._answer("GET", url, b"", {}) as answer:
                if not answer.has_redirect_location:
                    return _body(answer, most)
                url = urljoin(url, answer.headers["location"])
        raise Refused("this address leads from one to the next without end")

    @contextmanager
    def _answer(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Iterator[httpx.Response]:
        address = urlsplit(url)
        if address.scheme not in ("https", "http"):
            raise Refused("only https and http addresses are spoken to")
        target = httpx.URL(url).copy_with(host=self._resolved(address))
        sent = {**headers, "host": address.netloc.rpartition("@")[2]}
        try:
            with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
                request = client.build_request(method, target, content=body, headers=sent)
                request.extensions["sni_hostname"] = address.hostname
                answer = client.send(request, stream=True)
                try:
                    yield answer
                finally:
                    answer.close()
        except httpx.HTTPError as silence:
            raise Unreachable(f"no answer ({type(silence).__name__})") from None

    def _resolved(self, address: SplitResult) -> str:
        """One address of the host; Refused when any of them is not public."""
        host = address.hostname or ""
        try:
            found = socket.getaddrinfo(host, address.port or 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreachable("its host name is not known") from None
        addresses = [str(entry[4][0]) for entry in found]
        if host not in self.trusted and not all(is_public(each) for each in addresses):
            raise Refused("its host stands in a private network; the operator can trust it: PERSESSION_TRUSTED_HOSTS")
        return addresses[0]


def _body(answer: httpx.Response, most: int) -> bytes:
    if answer.status_code != 200:
        raise Refused(f"the server there answered {answer.status_code}")
    body, deadline = b"", monotonic() + LONGEST
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > most or monotonic() > deadline:
            raise Refused(f"what stands there is larger than {most // 1_000_000} MB, or comes too slowly")
    return body


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, whatever form it is written in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (mapped is None or is_public(str(mapped)))
