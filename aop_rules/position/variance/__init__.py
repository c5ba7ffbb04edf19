"""Why a figure differs from plan: exact splits of a change into effects that always sum to it.

flexible_budget     static budget → flexible budget → actual: volume, then price and cost
price_volume_mix    sales by item: price, volume, mix, new and discontinued items
price_quantity      spending: the price paid, and the quantity used
ratio_change        a ratio: its numerator and its denominator
contributions       a KPI of a position against its plan, by channel and month
ratio_against_plan  a ratio of a position against its plan
"""

from aop_rules.position.variance.contributions import Contributions, contributions, ratio_against_plan
from aop_rules.position.variance.flexible import FlexibleBudget, Income, flexible_budget
from aop_rules.position.variance.price_volume_mix import ItemEffects, PriceVolumeMix, Sold, price_volume_mix
from aop_rules.position.variance.ratio import RatioChange, ratio_change
from aop_rules.position.variance.spend import SpendVariance, price_quantity

__all__ = [
    "Contributions",
    "FlexibleBudget",
    "Income",
    "ItemEffects",
    "PriceVolumeMix",
    "RatioChange",
    "Sold",
    "SpendVariance",
    "contributions",
    "flexible_budget",
    "price_quantity",
    "price_volume_mix",
    "ratio_against_plan",
    "ratio_change",
]
