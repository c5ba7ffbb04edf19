"""Where notifications go: anything with a name that delivers one, a function, a file of JSON Lines, a webhook.

A sink that returns has taken the notification; one that raises has not, and is given it again under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPException
from os import SEEK_END, PathLike, fsync
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from aop_rules.alerts.notifying import Notification
from aop_rules.errors import AlertError, Place, Problem


class Sink(Protocol):
    """Whoever is told."""

    @property
    def name(self) -> str:
        """Under this name the ledger keeps what it has taken. It stays the same, and holds no secret."""

    def deliver(self, notification: Notification) -> None:
        """Take a notification, or raise."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the embedding program."""

    name: str
    function: Callable[[Notification], object]

    def deliver(self, notification: Notification) -> None:
        self.function(notification)


@dataclass(frozen=True, slots=True)
class JsonLines:
    """A file: one notification a line, each on the disk before it counts as taken."""

    path: str | PathLike[str]

    @property
    def name(self) -> str:
        return f"file:{Path(self.path).name}:{_digest(str(Path(self.path).absolute()))}"

    def deliver(self, notification: Notification) -> None:
        line = json.dumps(notification.to_dict(), ensure_ascii=False, sort_keys=True)
        try:
            with Path(self.path).open("ab+") as file:
                # a line that was cut off by a crash stays by itself
                file.write((b"" if _whole(file) else b"\n") + line.encode("utf-8", "backslashreplace") + b"\n")
                file.flush()
                fsync(file.fileno())
        except OSError as error:
            raise undelivered(str(self.path), error.strerror or "it cannot be written") from None


def _whole(file: IO[bytes]) -> bool:
    """Whether the file ends with a whole line, or is empty."""
    if file.seek(0, SEEK_END) == 0:
        return True
    file.seek(-1, SEEK_END)
    return file.read(1) == b"\n"


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would turn a POST into a GET, and might lead to where nobody meant to post: it is a failure."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address to which each notification is posted as a CloudEvent (structured mode). Only http and https.

    `timeout` is in seconds. Any answer but 2xx is a failure, a redirect as well. Raises AlertError for another address.
    """

    url: str = field(repr=False)
    timeout: float = 10

    def __post_init__(self) -> None:
        try:
            at = urlsplit(self.url)
            sound = at.scheme in ("http", "https") and bool(at.hostname) and at.port != 0
        except ValueError:
            sound = False
        if not sound or not self.url.isascii() or not self.url.isprintable() or " " in self.url:
            hint = "write one as in `https://example.org/alerts`"
            raise AlertError([Problem(Place("<alerts>"), "ALERT_SINK", "this is no address to post to", hint)])

    @property
    def name(self) -> str:
        return f"webhook:{urlsplit(self.url).hostname}:{_digest(self.url)}"

    def deliver(self, notification: Notification) -> None:
        body = json.dumps(notification.to_cloudevent(), ensure_ascii=True, sort_keys=True).encode()
        headers = {"Content-Type": "application/cloudevents+json; charset=utf-8", "Idempotency-Key": notification.key}
        request = Request(self.url, body, headers, method="POST")  # its scheme was checked above
        try:
            with _opener().open(request, timeout=self.timeout) as answer:
                status = int(answer.status)
        except (OSError, HTTPException, ValueError) as error:
            raise undelivered(self.name, _reason(error)) from None
        if not 200 <= status < 300:
            raise undelivered(self.name, f"it answered {status}")


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirects)


def _reason(error: Exception) -> str:
    """Why, without the address: that may hold a secret."""
    status = getattr(error, "code", None)
    return f"it answered {status}" if isinstance(status, int) else type(error).__name__


def undelivered(where: str, why: str) -> AlertError:
    """The error of a sink that did not take a notification."""
    message = f"`{where}` did not take a notification: {why}"
    return AlertError(
        [Problem(Place("<alerts>"), "ALERT_NOT_DELIVERED", message, "it is delivered again the next time")]
    )


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def sink_at(where: str) -> Sink:
    """The sink that an address means: http and https a webhook, another `scheme://` what Apprise knows, else a file."""
    scheme, colon, _ = where.partition("://")
    if not colon:
        return JsonLines(where)
    if scheme.lower() in ("http", "https"):
        return Webhook(where)
    from aop_rules.alerts.apprise_sink import AppriseSink

    return AppriseSink(where)
