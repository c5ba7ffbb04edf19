"""What an alert says, in both languages: what is the matter, with figures, unit and period."""

from __future__ import annotations

from aop_rules.alerts.lifecycle import Step
from aop_rules.alerts.watch import Look, Watch
from aop_rules.decision.showing import reasons
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_figure, show_period


def sentence(plan: Plan, watch: Watch, look: Look | None, step: Step) -> Words:
    """Why the alert stands where it stands after a period, and what was seen in it; None before any is closed."""
    return Words(en=_sentence(plan, watch, look, step, "en"), vi=_sentence(plan, watch, look, step, "vi"))


def _sentence(plan: Plan, watch: Watch, look: Look | None, step: Step, language: Language) -> str:
    name = watch.name.in_language(language)
    if look is None:
        return say("alert.nothing", language, name=name)
    said = _figures(plan, watch, look, name, language)
    if step.held != "ok":
        since = show_period(step.since, language)
        return say("alert.stale", language, said=said, state=say(f"alerting.{step.held}", language), since=since)
    if step.state == "pending":
        return say("alert.waits", language, said=said, run=step.run, needed=look.judged.terms.needed)
    if step.state == "firing" and step.since not in ("", step.period):
        return say("alert.since", language, said=said, since=show_period(step.since, language))
    return said


def _figures(plan: Plan, watch: Watch, look: Look, name: str, language: Language) -> str:
    period = show_period(look.periods, language)
    if look.gone:
        return say("alert.gone", language, name=name)
    if watch.kind == "data" and not look.missing:
        return say("alert.rated" if watch.line else "alert.complete", language, name=name)
    if watch.kind == "data" and not watch.line:
        return reasons(look.missing, plan, language)
    if watch.kind == "data" or look.judged.result in ("unknown", "stale", "error"):
        why = reasons(look.missing, plan, language) or say("unknown.value", language)
        return say("alert.unknown", language, name=name, period=period, why=why)

    def shown(amount: Exact | None) -> str:
        return show_figure(amount, watch.unit, plan.currency, language)

    value, limit = shown(look.value), shown(look.limit)
    off = look.judged.result == "breached"
    if watch.kind == "reserve":
        return say(
            "alert.reserve_low" if off else "alert.reserve_enough", language, name=name, value=value, limit=limit
        )
    if watch.kind == "budget":
        if not off:
            return say("alert.within", language, name=name, value=value, period=period, limit=limit)
        over = shown(exact((look.value or 0) - (look.limit or 0)))
        return say("alert.over", language, name=name, value=value, period=period, over=over, limit=limit)
    if watch.unit == "boolean" and off and look.limit is not None:
        return say("alert.not_so", language, name=name, value=value, period=period, limit=limit)
    if look.limit is None or watch.unit == "boolean":
        return say("alert.is", language, name=name, value=value, period=period)
    if not off:
        key = "alert.between" if look.judged.result == "between" else "alert.back"
        return say(key, language, name=name, value=value, period=period, limit=limit)
    key = "alert.above" if look.upward else "alert.below"
    return say(key, language, name=name, value=value, period=period, limit=limit)
