"""Why a verdict was given, in both languages: what the tests saw, and what is asked of the reader. Never a cause."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.exact.number import Exact
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.values import Words
from aop_rules.position.model import Reading
from aop_rules.position.signals.signal import Materiality, Persistence, Statistics, Verdict
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_figure, show_list, show_number, show_period


def reason(
    currency: str,
    kpi: Kpi,
    last: Reading | None,
    verdict: Verdict | None,
    how_long: Persistence,
    stands: Statistics,
    matters: Materiality,
) -> Words:
    """One sentence; without a verdict, that nobody can tell."""

    def said(language: Language) -> str:
        if last is None or verdict is None:
            return say("signal.unknown", language)
        telling = _Telling(currency, kpi, last, language)
        return "; ".join((*telling.tests(how_long, stands, matters), telling.advice(verdict, how_long)))

    return Words(en=said("en"), vi=said("vi"))


class _Telling:
    """The clauses of one sentence, in one language."""

    def __init__(self, currency: str, kpi: Kpi, last: Reading, language: Language) -> None:
        self._currency, self._kpi, self._last, self._language = currency, kpi, last, language

    def tests(self, how_long: Persistence, stands: Statistics, matters: Materiality) -> Iterator[str]:
        yield self._lasting(how_long)
        yield self._standing_out(stands)
        if not matters.material:
            yield say("signal.immaterial", self._language)

    def advice(self, verdict: Verdict, how_long: Persistence) -> str:
        lasting = verdict == "structural" or (verdict == "signal" and bool(how_long.lasting))
        return say("signal.adjust" if lasting else f"signal.{verdict}", self._language)

    def _lasting(self, how_long: Persistence) -> str:
        language, judged = self._language, self._last.judged
        breach = self._kpi.breach
        limit = breach.line(self._last.judged_target.value, judged.value) if breach else None
        key = "signal.no_limit" if limit is None else "signal.past" if how_long.breached else "signal.within"
        if limit is not None and how_long.lasting:
            key = "signal.lasting"
        return say(
            key,
            language,
            value=self._shown(judged.value),
            period=show_period(judged.periods, language),
            limit=self._shown(limit),
            run=say("unknown.value", language) if how_long.run is None else show_number(how_long.run, language),
            needed=show_number(how_long.needed, language),
        )

    def _standing_out(self, stands: Statistics) -> str:
        if stands.limits is None:
            return say(f"no_limits.{stands.lacking}", self._language, have=stands.have, need=stands.need)
        itself = self._last.judged.periods == self._last.period.id
        out, normal = (
            ("signal.stands_out_itself", "signal.normal_itself") if itself else ("signal.stands_out", "signal.normal")
        )
        return say(
            out if stands.adverse else normal,
            self._language,
            last=self._shown(self._last.actual.value),
            period=show_period(self._last.period.id, self._language),
            low=self._shown(stands.low),
            high=self._shown(stands.high),
            rules=show_list(stands.adverse, self._language),
        )

    def _shown(self, value: Exact | None) -> str:
        return show_figure(value, self._kpi.unit, self._currency, self._language)
