"""Whether a plan fits together: each check is a function from a draft to problems, and all of them always run."""

from __future__ import annotations

from aop_rules.errors import Problem
from aop_rules.plan.consistency.amounts import amounts
from aop_rules.plan.consistency.connections import connections
from aop_rules.plan.consistency.cycles import cycles
from aop_rules.plan.consistency.dates import dates
from aop_rules.plan.consistency.goals import goals
from aop_rules.plan.consistency.implied import implied
from aop_rules.plan.consistency.kpis import kpis
from aop_rules.plan.consistency.levers import levers
from aop_rules.plan.consistency.people import people
from aop_rules.plan.consistency.references import references
from aop_rules.plan.consistency.scope import scope
from aop_rules.plan.consistency.shares import shares
from aop_rules.plan.consistency.thresholds import thresholds
from aop_rules.plan.draft import Draft

# On the file itself: what is named must be there, whatever else is wrong.
_ON_THE_FILE = (references, cycles)
# On what could be read of it.
_ON_THE_PLAN = (amounts, connections, dates, goals, implied, kpis, levers, people, scope, shares, thresholds)


def inconsistencies(draft: Draft) -> tuple[Problem, ...]:
    """Everything that does not fit (errors), is worth a look (warnings) or worth knowing (notes), by place."""
    found = [problem for check in _ON_THE_FILE for problem in check(draft)]
    if draft.plan is not None:
        found += [problem for check in _ON_THE_PLAN for problem in check(draft, draft.plan)]
    return tuple(sorted(set(found)))
