"""A webhook: each notification is posted as a CloudEvent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from aop_rules.alerts.notifying import Notification
from aop_rules.alerts.sinks import digest, undelivered
from aop_rules.errors import AlertError, Place, Problem


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
        return f"webhook:{urlsplit(self.url).hostname}:{digest(self.url)}"

    def deliver(self, notification: Notification) -> None:
        body = json.dumps(notification.to_cloudevent(), ensure_ascii=True, sort_keys=True).encode()
        headers = {"Content-Type": "application/cloudevents+json; charset=utf-8", "Idempotency-Key": notification.key}
        request = Request(self.url, body, headers, method="POST")  # its scheme was checked above
        try:
            with _opener().open(request, timeout=self.timeout) as answer:
                status = int(answer.status)
        except HTTPError as error:
            error.close()
            raise undelivered(self.name, f"it answered {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            # why, without the address: that may hold a secret
            raise undelivered(self.name, type(error).__name__) from None
        if not 200 <= status < 300:
            raise undelivered(self.name, f"it answered {status}")


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirects)
