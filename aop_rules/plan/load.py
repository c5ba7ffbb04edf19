"""Reading a plan: from a file, a located document or Python data, whole or not at all, every problem at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from os import PathLike
from typing import Any

from aop_rules.errors import PlanError, Problem
from aop_rules.plan.consistency import inconsistencies
from aop_rules.plan.draft import draft_of
from aop_rules.plan.model import Plan
from aop_rules.source.plain import Located, PlainData
from aop_rules.source.read import read
from aop_rules.source.validate import capped, validate


def load_plan(source: str | PathLike[str] | Located) -> Plan:
    """The plan in a YAML, JSON or TOML file. Raises PlanError with every problem, sorted by place.

    Warnings and notes do not keep a plan from loading: `read_plan` gives them too.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "plan.yaml"
    ...     _ = file.write_text("{aop: 1, id: shop, name: Shop, currency: USD, year: {starts: 2026-01-01}}")
    ...     load_plan(file).currency
    'USD'
    """
    plan, problems, _ = read_plan(source)
    return sound(plan, problems)


def read_plan(source: str | PathLike[str] | Located) -> tuple[Plan | None, tuple[Problem, ...], Located]:
    """The plan (None where there is any error), everything worth saying about it, and the document it stands in.

    Raises PlanError where the file cannot be read as a document at all (broken YAML, too large, not UTF-8).
    """
    document: Located = (
        read(str(source), error=PlanError, recover=True) if isinstance(source, (str, PathLike)) else source
    )
    value, malformed = validate(Plan, document, prefix="PLAN", error=PlanError)
    problems = sorted({*malformed, *inconsistencies(draft_of(document))})
    sound = value is not None and not any(p.severity == "error" for p in problems)
    return (value if sound else None), tuple(capped(problems, "PLAN")), document


def plan_from(data: Mapping[str, Any]) -> Plan:
    """The plan in plain Python data. Raises PlanError, whose places are paths into the data.

    >>> plan_from({"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}).version
    1
    """
    plan, problems, _ = read_plan(PlainData(data).within_caps(PlanError))
    return sound(plan, problems)


def dump(plan: Plan) -> dict[str, Any]:
    """The plan as plain data that YAML, JSON and TOML can hold. `plan_from(dump(plan)) == plan`."""
    data = plan.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"aop": plan.aop, **data}


def canonical(plan: Plan) -> str:
    """The plan as one line of JSON: the same for every file format, key order and way to write a number."""
    return json.dumps(dump(plan), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(plan: Plan) -> str:
    """`sha256:…` of the canonical form."""
    return "sha256:" + hashlib.sha256(canonical(plan).encode()).hexdigest()


def sound(plan: Plan | None, problems: tuple[Problem, ...]) -> Plan:
    """The plan, or PlanError with what keeps it from loading."""
    if plan is None:
        raise PlanError(p for p in problems if p.severity == "error")
    return plan
