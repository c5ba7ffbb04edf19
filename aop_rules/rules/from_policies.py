"""What a plan's policies declare, as rules: what was spent since the balance of cash, where the plan counts that."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.rules.effect import Effect
from aop_rules.rules.rule import Rule


def cash_rules(plan: Plan) -> Iterator[Rule]:
    """What was spent since the balance, where the plan counts it. The balance itself has its rules in `cash`."""
    policy = plan.policies.minimum_cash
    if policy is None or policy.spent_since == "ignored":
        return
    less = Words(
        en="cash of {cash.balance} ({cash.period}), less {cash.since} reserved, ordered or spent since,",
        vi="tiền mặt {cash.balance} ({cash.period}), trừ {cash.since} đã giữ, đặt hoặc chi từ đó,",
    )
    yield Rule(
        id="plan.policies.minimum_cash.since",
        on="cash",
        when="cash.since > 0 and cash.asked > cash.left and (not event.divisible or cash.left <= 0)",
        effect=Effect.FORBID,
        hard=True,
        priority=60,
        because=Words(
            en=f"{less.en} less {{cash.asked}}, would fall below the minimum of {{cash.minimum}}",
            vi=f"{less.vi} trừ {{cash.asked}}, sẽ xuống dưới mức tối thiểu {{cash.minimum}}",
        ),
        needs=Words(
            en="spending that leaves {cash.minimum}, or more cash",
            vi="khoản chi còn để lại {cash.minimum}, hoặc có thêm tiền mặt",
        ),
        component="policies.minimum_cash",
    )
    yield Rule(
        id="plan.policies.minimum_cash.part-since",
        on="cash",
        when="cash.since > 0 and cash.asked > cash.left and event.divisible and cash.left > 0",
        effect=Effect.FIT,
        priority=60,
        room="cash.left",
        because=Words(
            en=f"{less.en} leaves {{cash.left}} above the minimum of {{cash.minimum}}; asked: {{cash.asked}}",
            vi=f"{less.vi} còn {{cash.left}} trên mức tối thiểu {{cash.minimum}}; xin {{cash.asked}}",
        ),
        needs=Words(en="at most {cash.left} now", vi="tối đa {cash.left} lúc này"),
        component="policies.minimum_cash",
    )
