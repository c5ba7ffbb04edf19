"""Ways to adjust, in words: what each frees, what it gains and gives up, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aop_rules.decision.option import Option
from aop_rules.decision.value import Decided
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_money, show_period

TOLD = 4
"""As many are told where not all are asked for."""


def option_lines(decision: Decided, language: Language, every: bool) -> list[tuple[str, str]]:
    """One line an option, the best first, each with its marks."""
    told = decision.options if every else decision.options[:TOLD]
    lines = [
        (option_line(decision, option, language), "; ".join(remarks(option, language, decision.options)))
        for option in told
    ]
    rest = len(decision.options) - len(told)
    return [*lines, (say("option.more", language, count=rest), "")] if rest else lines


def option_line(decision: Decided, option: Option, language: Language) -> str:
    """Its name, the money, and what is gained and given up."""
    name = option.name.in_language(language)
    if option.frees and not reshapes(option):
        amount = show_money(option.frees, decision.plan.currency, language)
        name = say("option.frees", language, name=name, amount=amount)
    return name if option.trade_off is None else f"{name}: {option.trade_off.in_language(language)}"


def reshapes(option: Option) -> bool:
    """Whether it changes what is asked: then no money is freed, and `frees` is what need not be found now."""
    return option.kind in ("shrink", "delay")


def recommended(decision: Decided, language: Language) -> str:
    """The recommended option in half a sentence; empty where there is none."""
    best = next((option for option in decision.options if option.recommended), None)
    if best is None or best.trade_off is None:
        return ""
    said = best.trade_off.in_language(language)
    return say("option.short", language, name=best.name.in_language(language), trade_off=said)


def remarks(option: Option, language: Language, others: Iterable[Option] = ()) -> Iterator[str]:
    """What has to be known of it besides: that it is recommended, from when it helps, what speaks against it."""
    if option.recommended:
        yield say("option.recommended", language)
    if not option.enough and (option.frees or "undeclared" not in option.flags):  # what is not known may be enough
        yield say("option.not_enough", language)
    if option.period:
        yield say("option.from", language, period=show_period(option.period, language))
    for flag in option.flags:
        yield say(f"flag.{flag}", language)
    if option.dominated_by:
        names = {each.id: each.name.in_language(language) for each in others}
        yield say("option.dominated", language, other=names.get(option.dominated_by, option.dominated_by))
