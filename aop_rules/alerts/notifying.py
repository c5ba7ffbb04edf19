"""One thing that a sink is told: as text, as plain data, as a CloudEvent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from aop_rules.alerts.alert import Alert
from aop_rules.alerts.said import Change, Told
from aop_rules.plan.values import Words
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language

TYPE = "org.aop-rules.alert."


@dataclass(frozen=True, slots=True)
class Notification:
    """What is told of one alert, and with it of the others of its group."""

    told: Told
    """What is kept of it."""
    sentence: Words
    """What was the matter when it changed."""
    alert: Alert
    """As it stands now."""
    others: tuple[Notification, ...] = ()
    """What is told together with it, where the plan groups notifications."""

    @property
    def key(self) -> str:
        """The same notification has the same key, however often it is delivered. A group has one key."""
        return self.told.batch or self.told.key

    @property
    def change(self) -> Change:
        return self.told.change

    @property
    def period(self) -> str:
        """The period in which it changed."""
        return self.told.period

    @property
    def corrected(self) -> bool:
        """Whether it takes back what was told before, on restated figures."""
        return self.told.corrected

    @property
    def to(self) -> str:
        """Who is told: the owner of the alert, or the one to whom it is escalated."""
        return self.told.to or self.alert.owner

    @property
    def each(self) -> tuple[Notification, ...]:
        """Itself, then the others of its group, each alone."""
        return (replace(self, others=()), *self.others)

    def text(self, language: Language = "en") -> str:
        """One sentence for each alert, a line each: the state, then what is the matter."""
        return "\n".join(each.sentence_in(language) for each in self.each)

    def sentence_in(self, language: Language) -> str:
        """The sentence on this alert alone."""
        head = self.head(language)
        said = f"{head[:1].upper()}{head[1:]}: {self.sentence.in_language(language)}"
        if self.told.why == "escalation":
            return say("alert.escalated", language, said=said, to=self.to)
        return say("alert.corrected", language, said=said) if self.corrected and not self.alert.gone else said

    def head(self, language: Language) -> str:
        """The state that is told, in one or two words."""
        state = say(f"alerting.{self.change}", language)
        return state if self.told.why == "change" else say("alert.still", language, state=state)

    def to_dict(self) -> dict[str, Any]:
        """The notification as plain data that JSON can hold."""
        goal, owner = self.alert.group
        return {
            "key": self.key,
            "change": self.change,
            "period": self.period,
            "corrected": self.corrected,
            "why": self.told.why,
            "to": self.to or None,
            "group": {"goal": goal or None, "owner": owner or None},
            "text": {"en": self.text("en"), "vi": self.text("vi")},
            "alert": self.alert.to_dict(),
            "others": [each.to_dict() for each in self.others],
        }

    def to_cloudevent(self) -> dict[str, Any]:
        """The notification as a CloudEvent 1.0 in structured mode. Its `id` is the key: who has it already drops it."""
        return {
            "specversion": "1.0",
            "id": self.key,
            "source": f"/plans/{self.alert.plan}",
            "type": TYPE + self.change,
            "subject": self.alert.id,
            "time": self.alert.as_of.isoformat(),
            "datacontenttype": "application/json",
            "data": self.to_dict(),
        }


def headline(notification: Notification) -> Words:
    """A short line: the state, the name of what it is about, and how many others are told with it."""
    return Words(en=_headline(notification, "en"), vi=_headline(notification, "vi"))


def _headline(notification: Notification, language: Language) -> str:
    said = f"{notification.head(language)}: {notification.alert.name.in_language(language)}"
    more = len(notification.others)
    return say("alert.and_more", language, said=said, more=more) if more else said
