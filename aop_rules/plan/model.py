"""The plan: the six components of a year as agreed, as frozen values.

Goals say what the business wants, the budget how much it will spend, the action plan what it will do, resources with
whom, risks what may come, KPIs how it is seen. Around them: the strict order of priorities, the scope, what is *not*
done this year, who decides, and a few optional policies. Amounts are in whole units of the plan's currency.

Every mapping is a `Table`: frozen, in the file's order, each entry knowing its own `id`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from aop_rules.exact.frozen import Frozen
from aop_rules.plan.actions import Initiative
from aop_rules.plan.budget import Budget
from aop_rules.plan.goals import Goal
from aop_rules.plan.governance import Governance
from aop_rules.plan.imports import Import
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.levers import DeclaredLever
from aop_rules.plan.notifications import Notifications
from aop_rules.plan.policies import Policies
from aop_rules.plan.resources import Resources
from aop_rules.plan.risks import Risk
from aop_rules.plan.scope import Exclusion, Scope
from aop_rules.plan.values import Id, Record, Table, Whole, Words
from aop_rules.plan.year import Profile, Rate, Year


def _priority(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


PriorityRank = Annotated[tuple[Id, ...], BeforeValidator(_priority, json_schema_input_type=Id | tuple[Id, ...])]


class Plan(Frozen):
    """A year as agreed. Every part but the head is optional: a partial plan loads and says what it cannot decide.

    Usually read from a file by `load_plan`, which also holds its parts against each other (ids that nothing declares,
    circles, amounts that do not sum). Made in Python it takes the same keys. Raises pydantic's ValidationError where a
    value has not the right form.

    >>> plan = Plan(
    ...     aop=1,
    ...     id="shop",
    ...     name="The shop",
    ...     currency="VND",
    ...     year={"starts": "2026-01-01"},
    ...     kpis={"revenue": {"name": "Revenue", "kind": "flow", "target": 12_000_000}},
    ...     goals={"growth": {"name": "Grow", "kpi": "revenue"}},
    ...     priorities=["growth"],
    ... )
    >>> plan.kpis["revenue"].unit, plan.kpis["revenue"].effective_basis, plan.rank("growth")
    ('money', 'ytd', 1)
    """

    aop: Literal[1]
    """The version of this file format."""
    id: Id
    version: Annotated[Whole, Field(ge=1)] = 1
    name: Words
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code. Amounts in the plan are in whole units of it (12.50 is 12 dollars 50 cents)."""
    language: Literal["en", "vi"] = "en"
    """The language of recommendations where the caller names none."""
    year: Year
    profiles: Table[Profile] = Table()
    priorities: tuple[PriorityRank, ...] = ()
    """Goals, the most important first. Goals of equal rank stand together in a list of their own."""
    scope: Scope | None = None
    not_this_year: Table[Exclusion] = Table()
    """What the business accepts not doing."""
    goals: Table[Goal] = Table()
    kpis: Table[Kpi] = Table()
    budget: Budget = Budget()
    initiatives: Table[Initiative] = Table()
    resources: Resources = Resources()
    risks: Table[Risk] = Table()
    levers: Table[DeclaredLever] = Table()
    """Ways to adjust that the business knows of, with their price."""
    governance: Governance = Governance()
    policies: Policies = Policies()
    notifications: Notifications = Notifications()
    """How alerts are told."""
    rates: tuple[Rate, ...] = ()
    attributes: Record = Record()
    """Attributes that the business adds to events: name to type (`money`, `ratio`, `number`, `text`, `texts`, `date`,
    `boolean`, `days`). Rules read them as `event.NAME`; events carry them under `attributes`."""
    rules: tuple[Record, ...] = ()
    """Rules of the business's own, as in a ruleset file."""
    imports: Table[Import] = Table()
    """How tables (CSV, XLSX) become events."""

    def rank(self, goal: str) -> int | None:
        """1 for the first priority (goals of one rank share it); None for a goal that the plan does not rank."""
        return next((n for n, tied in enumerate(self.priorities, 1) if goal in tied), None)
