"""Who is told what: each change of an alert once, in order, and a correction where restated figures took a change back.

A change is told when an alert begins to fire, when it is pending again after it fired, and when that is over. What is muted
by a cause or silenced waits. What a sink has taken stands in the ledger; all else is told again, under the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aop_rules.alerts.alert import Alert
from aop_rules.alerts.said import Change, Said, Told
from aop_rules.plan.values import Words
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language

TYPE = "org.aop-rules.alert."


@dataclass(frozen=True, slots=True)
class Notification:
    """One change of one alert, for one who is to be told."""

    told: Told
    """What is kept of it."""
    sentence: Words
    """What was the matter when it changed."""
    alert: Alert
    """As it stands now."""

    @property
    def key(self) -> str:
        """The same change has the same key, however often it is delivered."""
        return self.told.key

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

    def text(self, language: Language = "en") -> str:
        """One sentence: the state, then what is the matter."""
        head = say(f"alerting.{self.change}", language)
        said = f"{head[:1].upper()}{head[1:]}: {self.sentence.in_language(language)}"
        return say("alert.corrected", language, said=said) if self.corrected else said

    def to_dict(self) -> dict[str, Any]:
        """The notification as plain data that JSON can hold."""
        goal, owner = self.alert.group
        return {
            "key": self.key,
            "change": self.change,
            "period": self.period,
            "corrected": self.corrected,
            "group": {"goal": goal or None, "owner": owner or None},
            "text": {"en": self.text("en"), "vi": self.text("vi")},
            "alert": self.alert.to_dict(),
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


def notifications(alerts: Iterable[Alert], said: Said, sink: str) -> tuple[Notification, ...]:
    """What a sink is still to be told. What it may not have taken comes first, then what changed, the oldest first.

    Alerts that are silenced wait.
    """
    again, new = [], []
    for alert in alerts:
        if alert.silence is None:
            told = said.told.get((sink, alert.id), ())
            again += [_notification(alert, each) for each in told if (sink, each.key) not in said.taken]
            new += [_notification(alert, each) for each in _untold(alert, told)]
    return (*again, *sorted(new, key=lambda each: each.period))


def _untold(alert: Alert, told: Sequence[Told]) -> Iterator[Told]:
    """Changes after the last one that was told; then, where what was told is not so, how it really is."""
    order = {step.period: n for n, step in enumerate(alert.steps)}
    last = max((order.get(each.period, -1) for each in told), default=-1)
    known: Change = told[-1].change if told else "resolved"
    for each in alert.changes:
        if order[each.period] > last:
            yield Told(alert.id, each.period, each.change)
            known = each.change
    end = alert.changes[-1] if alert.changes else None
    now: Change = end.change if end else "resolved"
    if known != now:
        period = end.period if end else told[-1].period
        times = sum((each.period, each.change) == (period, now) for each in told)
        yield Told(alert.id, period, now, times, corrected=True)


def _notification(alert: Alert, told: Told) -> Notification:
    """A correction says how it is now, a change what was the matter then, where that is still known."""
    then = [each.sentence for each in alert.changes if (each.period, each.change) == (told.period, told.change)]
    return Notification(told, alert.sentence if told.corrected or not then else then[0], alert)


def headline(notification: Notification) -> Words:
    """A short line: the state, and the name of what it is about."""
    both: tuple[Language, Language] = ("en", "vi")
    en, vi = (
        f"{say(f'alerting.{notification.change}', lang)}: {notification.alert.name.in_language(lang)}" for lang in both
    )
    return Words(en=en, vi=vi)
