"""What makes an alert itself: the plan, the rule and the labels, in whatever order these are given."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from aop_rules.errors import AlertError, Place, Problem


@dataclass(frozen=True, slots=True)
class Identity:
    """Two alerts with the same plan, rule and labels are the same alert."""

    plan: str
    rule: str
    labels: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, plan: str, rule: str, labels: Mapping[str, str]) -> Identity:
        return cls(plan, rule, tuple(sorted(labels.items())))

    @property
    def fingerprint(self) -> str:
        """What people and machines name the alert by: always the same for the same identity.

        >>> ads = Identity.of("shop", "plan.kpis.ads.breach", {"kpi": "ads", "owner": "Lan"})
        >>> ads.fingerprint == Identity.of("shop", "plan.kpis.ads.breach", {"owner": "Lan", "kpi": "ads"}).fingerprint
        True
        """
        told = json.dumps([self.plan, self.rule, self.labels], ensure_ascii=True, separators=(",", ":"))
        return f"A-{sha256(told.encode()).hexdigest()[:12]}"


def distinct(identities: Iterable[Identity]) -> tuple[Identity, ...]:
    """The same identities. Raises AlertError where one is there twice: nobody could tell the two alerts apart."""
    found = tuple(identities)
    problems = [
        Problem(Place("<alerts>"), "ALERT_DUPLICATE", _twice(each, times), "give each a label of its own")
        for each, times in Counter(found).items()
        if times > 1
    ]
    if problems:
        raise AlertError(problems)
    return found


def _twice(identity: Identity, times: int) -> str:
    labels = ", ".join(f"{name}={value}" for name, value in identity.labels)
    return f"{times} alerts of rule `{identity.rule}` have the labels `{labels}`"
