"""Where notifications go: anything with a name that delivers one; here a function, and a file of JSON Lines.

A sink that returns has taken the notification; one that raises has not, and is given it again under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from os import SEEK_END, PathLike, fsync
from pathlib import Path
from typing import IO, Protocol

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
        return f"file:{Path(self.path).name}:{digest(str(Path(self.path).absolute()))}"

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


def undelivered(where: str, why: str) -> AlertError:
    """The error of a sink that did not take a notification."""
    message = f"`{where}` did not take a notification: {why}"
    return AlertError(
        [Problem(Place("<alerts>"), "ALERT_NOT_DELIVERED", message, "it is delivered again the next time")]
    )


def digest(text: str) -> str:
    """What tells addresses apart, and gives none of them away."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def sink_at(where: str) -> Sink:
    """The sink that an address means: http and https a webhook, another `scheme://` what Apprise knows, else a file."""
    scheme, colon, _ = where.partition("://")
    if not colon:
        return JsonLines(where)
    if scheme.lower() in ("http", "https"):
        from aop_rules.alerts.webhook import Webhook  # what talks to the network is imported by who wants that

        return Webhook(where)
    from aop_rules.alerts.apprise_sink import AppriseSink

    return AppriseSink(where)
