"""Mail, chat and the rest, by way of Apprise. The only module that imports it, and only to deliver something.

Apprise is the extra `notify`: `pip install 'aop-rules[notify]'`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aop_rules.alerts.notifying import Notification, headline
from aop_rules.alerts.sinks import digest, undelivered
from aop_rules.errors import AlertError, Place, Problem
from aop_rules.wording.numbers import Language


@dataclass(frozen=True, slots=True)
class AppriseSink:
    """An address in the form of Apprise, as in `mailto://…` or `tgram://…`, told in one language."""

    url: str = field(repr=False)
    language: Language = "en"

    @property
    def name(self) -> str:
        return f"apprise:{self.url.partition('://')[0]}:{digest(self.url)}"

    def deliver(self, notification: Notification) -> None:
        try:
            import apprise
        except ImportError:
            hint = "install it: `pip install 'aop-rules[notify]'`"
            message = "Apprise is needed to tell this address"
            raise AlertError([Problem(Place("<alerts>"), "ALERT_NEEDS_EXTRA", message, hint)]) from None
        to = apprise.Apprise()
        if not to.add(self.url):
            raise undelivered(self.name, "Apprise does not know this address")
        title, body = headline(notification).in_language(self.language), notification.text(self.language)
        if not to.notify(body=body, title=title):
            raise undelivered(self.name, "Apprise could not deliver it")
