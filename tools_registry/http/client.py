"""The HTTP client of tools: bounded in time and size, and every way to fail has a typed name.

What matters after a failure is whether the other side may have acted. `ToolFailed.certain` says so: a
connection that was never made is certain, an answer that never came is not.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

import httpcore
from django.conf import settings

from tools_registry.http.places import Places
from tools_registry.http.retry_after import seconds_of
from tools_registry.http.wire import TimedBackend, current, left
from tools_registry.results import ToolFailed, ToolRefused

if TYPE_CHECKING:
    from tools_registry.tool import ToolCall

MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
USUAL_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "connection": "close",
    "user-agent": "agentops",
}
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8, with what is none replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; raises `ToolFailed("garbage_answer")`: sent, but nobody knows what came of it."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ToolFailed("garbage_answer", "The answer is not JSON", certain=False) from error


class HttpClient:
    """The client of this process; safe to use from many threads."""

    def __init__(self, places: Places, most_bytes: int = MOST_BYTES) -> None:
        self._places, self._most_bytes = places, most_bytes
        # Each request has a connection of its own. On a kept one, a server that just hung up would leave it
        # open whether an effect happened, and bytes after one answer would pass for the next one's.
        self._pool = httpcore.ConnectionPool(
            max_connections=100, max_keepalive_connections=0, retries=0, network_backend=TimedBackend(places)
        )

    def bound(self, call: "ToolCall") -> "BoundClient":
        """The client as one call has it: with its deadline and its key."""
        return BoundClient(self, call)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None, deadline: float
    ) -> Answer:
        """Send one request and read the whole answer, whatever its status.

        Raises `ToolRefused("place_not_allowed")` and `ToolFailed` (`unreachable`, `timeout`, `broken_answer`,
        `answer_too_large`, `redirected`).
        """
        place = self._places.check(url)
        for _ in range(MOST_REDIRECTS + 1):
            current.place, current.deadline = place, deadline
            answer = self._exchange(method, url, headers, content)
            if answer.status not in REDIRECTS:
                return answer
            url = urljoin(url, answer.headers.get("location", ""))
            # Elsewhere is another trust, and an effect is not repeated at another address.
            if method not in SAFE or self._places.check(url) != place:
                raise ToolFailed("redirected", "The other side sent us elsewhere", certain=False, retry=False)
        raise ToolFailed("redirected", "The other side sent us round in circles", retry=False)

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        try:
            pool_wait = {"timeout": {"pool": left(httpcore.PoolTimeout)}}
            with self._pool.stream(
                method, url, headers=list(headers.items()), content=content, extensions=pool_wait
            ) as response:
                told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                self._check_told(told)
                return Answer(response.status, told, self._read(response))
        except (httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise ToolFailed("timeout", "No connection in time") from error
        except httpcore.ConnectError as error:
            raise ToolFailed("unreachable", f"No connection: {error}") from error
        except httpcore.TimeoutException as error:
            raise ToolFailed("timeout", "No complete answer in time", certain=False) from error
        except httpcore.LocalProtocolError as error:
            raise ToolRefused("bad_request", f"This request cannot be sent: {error}") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise ToolFailed("broken_answer", f"The connection broke: {error}", certain=False) from error

    def _check_told(self, headers: Mapping[str, str]) -> None:
        length = headers.get("content-length", "")
        if length.isdigit() and (len(length) > 18 or int(length) > self._most_bytes):
            raise self._too_large()
        if headers.get("content-encoding", "identity") != "identity":
            # We asked for none; a compressed answer may be a bomb.
            raise ToolFailed("broken_answer", "The answer is encoded", certain=False, retry=False)

    def _read(self, response: httpcore.Response) -> bytes:
        parts, size = [], 0
        for part in response.iter_stream():
            size += len(part)
            if size > self._most_bytes:
                raise self._too_large()
            left(httpcore.ReadTimeout)  # bytes that were there at once still end with the deadline
            parts.append(part)
        return b"".join(parts)

    def _too_large(self) -> ToolFailed:
        told = f"The answer has more than {self._most_bytes} bytes"
        return ToolFailed("answer_too_large", told, certain=False, retry=False)


class BoundClient:
    """What a tool gets as `call.http`: each request ends with the call and carries its key."""

    def __init__(self, client: HttpClient, call: "ToolCall") -> None:
        self._client, self._call = client, call

    def get(self, url: str, **options: Any) -> Answer:
        """See `request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> Answer:
        """See `request`."""
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Any) -> Answer:
        """See `request`."""
        return self.request("PUT", url, **options)

    def delete(self, url: str, **options: Any) -> Answer:
        """See `request`."""
        return self.request("DELETE", url, **options)

    def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Answer:
        """Send a request; answers a 2xx or a status in `accept`.

        Raises `ToolRefused` for any other 4xx, and `ToolFailed` for 429 and 408 (certainly not done), for 5xx
        (it may have been done) and for whatever goes wrong on the way.
        """
        sent = dict(USUAL_HEADERS)
        if method not in SAFE:
            sent["idempotency-key"] = self._call.key
            self._call.has_sent = True
        if json is not None:
            content, sent["content-type"] = dumped(json), "application/json"
        sent.update({name.lower(): value for name, value in (headers or {}).items()})
        full = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
        answer = self._client.request(method, full, headers=sent, content=content, deadline=self._call.deadline)
        check_status(answer, accept)
        return answer


def dumped(value: Any) -> bytes:
    """A value as JSON; amounts and dates as text, so that no digit is lost."""
    return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":")).encode()


def check_status(answer: Answer, accept: Collection[int]) -> None:
    """Raise what a status means unless it is a 2xx or accepted; see `BoundClient.request`."""
    status = answer.status
    if 200 <= status < 300 or status in accept:
        return
    pause = seconds_of(answer.headers.get("retry-after", ""))
    if status == 429:
        raise ToolFailed("rate_limited", "The other side asks us to slow down", pause)
    if status == 408:
        raise ToolFailed("http_408", "The other side did not get the request in time", pause)
    if status >= 500:
        raise ToolFailed(f"http_{status}", f"The other side answered {status}", pause, certain=False)
    raise ToolRefused(f"http_{status}", f"The other side answered {status}: {answer.text[:200]}")


@lru_cache(maxsize=1)
def client() -> HttpClient:
    """The client of this process, for the places of the setting `TOOL_HOSTS`."""
    return HttpClient(Places(settings.TOOL_HOSTS))
