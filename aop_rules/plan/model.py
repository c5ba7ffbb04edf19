"""The plan: the six components of a year as agreed, as frozen values.

Goals say what the business wants, the budget how much it will spend, the action plan what it will do, resources with
whom, risks what may come, KPIs how it is seen. Around them: the strict order of priorities, the scope, what is *not*
done this year, who decides, and a few optional policies. Amounts are in whole units of the plan's currency.

Every mapping is a `Table`: frozen, in the file's order, each entry knowing its own `id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from aop_rules.exact.frozen import Day, Frozen
from aop_rules.exact.number import Exact, Number, Ratio, exact
from aop_rules.plan.threshold import Threshold
from aop_rules.plan.values import Entry, Id, Record, Table, Tag, Whole, Words, or_plain

__all__ = [
    "Approval", "Budget", "BudgetLine", "Contingency", "Entry", "Exclusion", "Frozen", "Goal", "Governance", "Id",
    "Initiative", "Kpi", "Milestone", "MinimumCash", "Need", "Plan", "Policies", "Profile", "Rate", "Record",
    "Resources", "Risk", "Role", "Scope", "Serves", "StockCover", "Table", "Tag", "Target", "Tolerance", "Words",
    "Year",
]  # fmt: skip

# ── the year ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Year(Frozen):
    """The operating year and its rhythm."""

    starts: Day
    """First day of the fiscal year (any month)."""
    periods: Literal["monthly", "quarterly", "4-4-5", "4-5-4", "5-4-4"] = "monthly"
    """How the year is cut. The three patterns of weeks make 12 periods of whole weeks, 52 or 53 in all."""
    weeks: Literal[52, 53] = 52
    """For the patterns of weeks: how many this year has (a 53rd week lengthens the last period)."""
    review_day: Annotated[Whole, Field(ge=0, le=60)] = 5
    """Days after a period's end on which it is closed and reviewed; its readings are due by then."""


class Profile(Entry):
    """How a year's amount falls on its periods: one weight a period. Parts sum to the whole to the last unit."""

    weights: tuple[Number, ...]
    name: Words | None = None


# ── goals ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Goal(Entry):
    """What the business wants to achieve this year, seen through one KPI."""

    name: Words
    kpi: Id | None = None
    """The KPI that measures it. A goal without one cannot be judged; `aop check` says so."""
    start: Annotated[Number | None, Field(alias="from")] = None
    """Where last year ended."""
    to: Number | None = None
    """Where this year shall end (the KPI's own unit)."""
    grow: Ratio | None = None
    """Instead of `to`: growth on `from`, as in `20%`."""
    floor: Number | None = None
    """A value below which the KPI must not fall. A floor is hard: nothing that breaks it is accepted."""
    ceiling: Number | None = None
    """A value above which the KPI must not rise. Hard, like a floor."""
    lock: Literal["locked", "open"] = "locked"
    """`locked`: changes only by amending the plan."""
    owner: str = ""


# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Target(Frozen):
    """What a KPI shall reach: a whole year phased by a profile, or a value for every period."""

    year: Number | None = None
    """For flows: the year's total, phased by `profile`."""
    profile: Id | None = None
    """For flows: the phasing profile; evenly by period where it is missing."""
    path: tuple[Number, ...] | None = None
    """One value a period, in the order of the year."""
    constant: Number | None = None
    """The same value in every period. A plain number or `45%` in place of the whole target means this."""

    @model_validator(mode="before")
    @classmethod
    def _plain_value(cls, raw: object) -> object:
        return raw if isinstance(raw, (Mapping, Target)) else {"constant": raw}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return or_plain(
            handler.resolve_ref_schema(handler(schema)), {"type": ["number", "string"], "examples": ["45%"]}
        )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(x is not None for x in (self.year, self.path, self.constant)) != 1:
            raise ValueError("a target has one of `year`, `path` and `constant` (keep the one that was agreed)")
        return self

    @field_validator("profile")
    @classmethod
    def _of_a_year(cls, profile: str | None, read: ValidationInfo) -> str | None:
        if profile is not None and "year" in read.data and read.data["year"] is None:
            raise ValueError("a profile phases a `year`, and this target has none (add `year` or drop `profile`)")
        return profile


def _unit_of_kind(fields: dict[str, object]) -> str:
    return "ratio" if fields.get("kind") == "ratio" else "money"


class Kpi(Entry):
    """How a goal, a cost or a risk is seen: one figure by period."""

    name: Words
    kind: Literal["flow", "stock", "ratio"]
    """`flow` sums over periods, `stock` is the last value, `ratio` is numerator over denominator, each summed."""
    unit: str = Field(default_factory=_unit_of_kind, min_length=1, max_length=40)
    """`money`, `ratio`, `number`, or the thing counted (`order`, `person`). Where missing: `ratio` for a KPI of kind
    ratio, else `money`."""
    direction: Literal["higher", "lower", "band"] = "higher"
    """Which way is good."""
    basis: Literal["period", "ytd", "rolling", "exit", "full_year_forecast"] | None = None
    """Over which periods it is judged: the last closed one, the year to date, the last `rolling` ones, the last closed
    one as an exit rate, or the year's landing. Where missing: `ytd` for flows and ratios, `period` for stocks."""
    rolling: Annotated[Whole, Field(ge=2, le=53)] | None = None
    """For basis `rolling`: how many periods."""
    numerator: Id | None = None
    """For a ratio: the KPI that is divided."""
    denominator: Id | None = None
    """For a ratio: the KPI that it is divided by."""
    sum_of: tuple[Id, ...] = ()
    """For a flow or stock that is the sum of others: their ids. It takes no readings of its own."""
    target: Target | None = None
    warn: Threshold | None = None
    breach: Threshold | None = None
    """Past this the KPI is off track, as in `> 7%`, `< 95% of target`, `< target - 2%`."""
    recover: Threshold | None = None
    """What ends a breach (a line of its own, so that an alert does not flap)."""
    periods_to_act: Annotated[Whole, Field(ge=1, le=24, alias="for")] = 2
    """Closed periods in a row past `breach` before it counts as persistent."""
    keep: Annotated[Whole, Field(ge=0, le=24)] = 1
    """Closed periods past `recover` before a breach counts as over."""
    expected_within: Annotated[Whole, Field(ge=0, le=120)] | None = None
    """Days after a period's end by which its reading is due; the year's `review_day` where missing."""
    owner: str = ""

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> Self:
        if self.kind == "ratio" and (self.numerator is None or self.denominator is None):
            raise ValueError("a ratio has two parts (add its `numerator` and its `denominator`)")
        if self.basis == "rolling" and self.rolling is None:
            raise ValueError("it is judged over an unknown number of periods (add `rolling`, as in `rolling: 3`)")
        return self

    @field_validator("numerator", "denominator")
    @classmethod
    def _only_of_a_ratio(cls, part: str | None, read: ValidationInfo) -> str | None:
        kind = read.data.get("kind", "ratio")
        if part is not None and kind != "ratio":
            raise ValueError(f"a {kind} has no `{read.field_name}` (drop it, or make it `kind: ratio`)")
        return part

    @field_validator("sum_of")
    @classmethod
    def _never_of_a_ratio(cls, parts: tuple[str, ...], read: ValidationInfo) -> tuple[str, ...]:
        if parts and read.data.get("kind") == "ratio":
            raise ValueError("a ratio is not a sum of others (sum its numerator and its denominator instead)")
        return parts

    @property
    def effective_basis(self) -> str:
        """`basis`, or what it is where missing."""
        return self.basis or ("period" if self.kind == "stock" else "ytd")


# ── budget ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Tolerance(Frozen):
    """One row of a tolerance ladder: what happens when use of the line reaches a share of its budget, or a sum past it.

    The rows for one document kind replace the general ones (`document: any`).
    """

    document: Literal["any", "spend_request", "commitment", "actual", "proposal"] = "any"
    then: Literal["notify", "warn", "require_approval", "stop"]
    at: Ratio | None = None
    """Share of the budget, as in `80%`."""
    past: Number | None = None
    """Amount beyond the budget."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.at is None) == (self.past is None):
            raise ValueError("a tolerance has one measure; write either `at: 80%` or `past: 1000`")
        return self

    def mark(self, allocated: Exact) -> Exact:
        """The amount of use past which this row counts, for what a line is allocated."""
        return exact(allocated * (self.at or 0) if self.past is None else allocated + self.past)


class BudgetLine(Entry):
    """One limit on spending for the year. It is a decision limit: going past it is never silent."""

    name: Words
    amount: Number
    """The year's limit, in the plan's currency. 0 means that nothing is allowed, not that nothing is checked."""
    profile: Id | None = None
    """How the year's limit falls on the periods; evenly where missing."""
    owner: str = ""
    group: Id | None = None
    """The line that this one is part of; its limit holds for all its parts together."""
    contract: bool = False
    """Spending that is already owed (rent, wages): it needs no goal of its own and cannot be offered as a cut."""
    inventory: bool = False
    """Buying stock: the money turns into goods, so stock cover is checked and it is no cost of a proposal."""
    reserve: bool = False
    """Money kept for risks: spent only through a contingency or with approval."""
    serves: tuple[Id, ...] = ()
    """Goals that this line feeds directly (besides those its initiatives serve)."""
    horizons: tuple[Literal["period", "to_date", "year"], ...] = ("to_date", "year")
    """Where the limit is checked: in each single period, cumulated to date, in the year."""
    tolerances: tuple[Tolerance, ...] = ()
    """Rows that replace the budget's general ladder."""


class Budget(Frozen):
    """How much the business is willing to spend to reach its goals."""

    lines: Table[BudgetLine] = Table()
    total: Number | None = None
    """What all lines together may not exceed."""
    tolerances: tuple[Tolerance, ...] = (
        Tolerance(then="notify", at=Fraction(4, 5)),
        Tolerance(then="stop", at=Fraction(1)),
    )
    """The general ladder: past 80 % it is said, past 100 % it stops."""
    unbudgeted: Literal["stop", "require_approval", "warn"] = "stop"
    """What happens to spending on a line that the plan does not have."""

    def stop(self, line: str, event_kind: str) -> Tolerance | None:
        """The row of a line's ladder that stops spending by an event of this kind: its own before the general one."""
        document = "proposal" if event_kind == "opportunity" else event_kind
        rows = [row for row in self.lines[line].tolerances or self.tolerances if row.then == "stop"]
        own = [row for row in rows if row.document == document]
        return next(iter(own or [row for row in rows if row.document == "any"]), None)


# ── action plan ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Milestone(Entry):
    """A dated point of an initiative."""

    name: Words
    due: Day


class Serves(Frozen):
    """A declared contribution to a KPI (or, without figures, to a goal). A plain id is enough."""

    to: Id
    """The goal or KPI that it serves."""
    effect: Number | None = None
    """The estimated effect on the KPI over the year, in its unit."""
    confidence: Literal["low", "medium", "high"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_id(cls, raw: object) -> object:
        return {"to": raw} if isinstance(raw, str) else raw

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return or_plain(handler.resolve_ref_schema(handler(schema)), {"type": "string"})


class Need(Frozen):
    """People's time that something takes."""

    role: Id
    amount: Number
    """In the role's unit (persons, hours), in each period from `start` to `end`."""
    start: Annotated[str | None, Field(alias="from")] = None
    """First period (its id or a date in it); that of the initiative or proposal where missing."""
    end: Annotated[str | None, Field(alias="to")] = None


class Initiative(Entry):
    """A big thing that the business will do."""

    name: Words
    serves: tuple[Serves, ...] = ()
    """Goals and KPIs that it feeds."""
    requires: tuple[Id, ...] = ()
    """Initiatives that must be finished before it starts."""
    starts: Day | None = None
    ends: Day | None = None
    days: Annotated[Whole, Field(ge=0, le=1100)] | None = None
    """How long it takes, where `starts` and `ends` do not say it."""
    milestones: Table[Milestone] = Table()
    budget: tuple[Id, ...] = ()
    """Budget lines that it draws on."""
    needs: tuple[Need, ...] = ()
    tags: tuple[Tag, ...] = ()
    owner: str = ""
    status: Literal["planned", "running", "done", "stopped"] = "planned"

    @field_validator("ends")
    @classmethod
    def _in_order(cls, ends: date | None, read: ValidationInfo) -> date | None:
        starts = read.data.get("starts")
        if starts and ends and ends < starts:
            raise ValueError(f"it ends on {ends}, before it starts on {starts} (exchange the two, or check the year)")
        return ends


# ── resources ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Role(Entry):
    """People (or machines) of one kind, and how much of them there is in every period."""

    name: Words
    capacity: Number
    unit: str = "person"
    owner: str = ""


class Resources(Frozen):
    """With whom the year is done: people by role, and how many may be hired."""

    roles: Table[Role] = Table()
    hires: Annotated[Whole, Field(ge=0)] | None = None
    """How many people may be hired this year. 0 is a decision; missing means that the plan says nothing."""


# ── risks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Contingency(Frozen):
    """What was decided beforehand, for when the risk occurs."""

    do: Words
    budget: Id | None = None
    """The reserve line that pays for it."""
    amount: Number | None = None


class Risk(Entry):
    """Something that may come and would hit the goals."""

    name: Words
    probability: Ratio | None = None
    impact: Number | None = None
    """Expected loss if it occurs, in the plan's currency."""
    threatens: tuple[Id, ...] = ()
    """Goals that it would hit."""
    watches: tuple[Id, ...] = ()
    """KPIs that show it: when one of them is off track, the risk counts as triggered."""
    trigger: str | None = None
    """A condition of its own over KPIs (the rule language), instead of or besides `watches`."""
    response: Contingency | None = None
    owner: str = ""


# ── scope, exclusions, governance, policies ─────────────────────────────────────────────────────────────────────────


class Scope(Frozen):
    """What the year is about, as tags. Proposals outside it are declined."""

    includes: tuple[Tag, ...] = ()
    """A proposal (not part of a planned initiative) needs one of these among its category and tags."""
    excludes: tuple[Tag, ...] = ()
    """Any of these puts it outside."""
    note: Words | None = None


class Exclusion(Entry):
    """Something that the business accepts not doing this year."""

    name: Words
    reason: Words
    tags: tuple[Tag, ...] = ()
    """Any of these among a proposal's category and tags makes it match. The id itself always counts as one."""
    starts: Annotated[Day | None, Field(alias="from")] = None
    """First day it holds; the whole year where missing."""
    until: Day | None = None


class Approval(Frozen):
    """Who must approve spending above an amount."""

    above: Number
    by: str
    lines: tuple[Id, ...] = ()
    """Only for these lines; all where empty."""


class Governance(Frozen):
    """Who decides, above which amounts someone else must approve, and how often the plan is reviewed."""

    owner: str = ""
    """Who answers for the plan: asked where nobody else is named."""
    approvals: tuple[Approval, ...] = ()
    separate_approver: bool = False
    """Whether the one who asks may not approve."""
    reviews: Literal["monthly", "quarterly"] = "monthly"
    goals_max: Annotated[Whole, Field(ge=1)] = 5
    """More goals than this is a warning: few goals decide, many do not."""


class MinimumCash(Frozen):
    """The cash that the business never goes without."""

    kpi: Id
    """The stock KPI that holds the cash balance."""
    minimum: Number
    """Cash never falls below this. Hard."""


class StockCover(Entry):
    """How long goods on hand may last, for one group of goods."""

    name: Words
    stock: Id
    """Stock KPI: value of the goods on hand, at cost."""
    daily_cost_of_sales: Id
    """Stock KPI: cost of goods sold in a day."""
    max_days: Annotated[Number, Field(gt=0)]
    relook_days: Number | None = None
    """Cover below which a deferred purchase is looked at again."""
    tags: tuple[Tag, ...] = ()
    """Tags of proposals that buy these goods; the id itself always counts."""


class Policies(Frozen):
    """Optional policies. Where one is missing, what needs it is answered NEED_DATA, naming it."""

    minimum_cash: MinimumCash | None = None
    stock_cover: Table[StockCover] = Table()
    contribution: Id | None = None
    """The flow KPI (usually gross profit) against which a proposal's cost is weighed."""


class Rate(Frozen):
    """A dated exchange rate: one unit of `currency` in units of the plan's currency, from `on` until the next one."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    on: Day
    rate: Annotated[Number, Field(gt=0)]


# ── the whole ───────────────────────────────────────────────────────────────────────────────────────────────────────


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
    governance: Governance = Governance()
    policies: Policies = Policies()
    rates: tuple[Rate, ...] = ()
    attributes: Record = Record()
    """Attributes that the business adds to events: name to type (`money`, `ratio`, `number`, `text`, `texts`, `date`,
    `boolean`, `days`). Rules read them as `event.NAME`; events carry them under `attributes`."""
    rules: tuple[Record, ...] = ()
    """Rules of the business's own, as in a ruleset file."""

    def rank(self, goal: str) -> int | None:
        """1 for the first priority (goals of one rank share it); None for a goal that the plan does not rank."""
        return next((n for n, tied in enumerate(self.priorities, 1) if goal in tied), None)
