"""Signal or noise: control charts and their rules, exact, as functions of a series; and the verdict on a KPI."""

from aop_rules.position.signals.chart import Chart, Limits, xmr
from aop_rules.position.signals.cusum import Cusum, cusum
from aop_rules.position.signals.ewma import Ewma, ewma
from aop_rules.position.signals.points import NotEnoughHistory
from aop_rules.position.signals.run_rules import Firing, fires, firings, nelson, western_electric
from aop_rules.position.signals.signal import Materiality, Persistence, Signal, Statistics

__all__ = [
    "Chart",
    "Cusum",
    "Ewma",
    "Firing",
    "Limits",
    "Materiality",
    "NotEnoughHistory",
    "Persistence",
    "Signal",
    "Statistics",
    "cusum",
    "ewma",
    "fires",
    "firings",
    "nelson",
    "western_electric",
    "xmr",
]
