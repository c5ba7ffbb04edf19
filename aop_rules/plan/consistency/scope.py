"""What the year is about and what it is not: tags that contradict each other, and attributes a business adds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aop_rules.errors import Problem, did_you_mean
from aop_rules.plan.draft import Draft
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path
from aop_rules.wording.folding import fold, folded

ATTRIBUTE_TYPES = ("money", "ratio", "number", "text", "texts", "date", "boolean", "days")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def scope(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_SCOPE, PLAN_EXCLUDES_OWN, PLAN_EXCLUSION_TAGS, PLAN_ATTRIBUTE."""
    yield from _scope(draft, plan)
    yield from _exclusions(draft, plan)
    for name, kind in plan.attributes.items():
        path: Path = ("attributes", name)
        if kind not in ATTRIBUTE_TYPES:
            message = f"`{kind}` is no type of an attribute"
            yield draft.problem(path, "ATTRIBUTE", message, did_you_mean(str(kind), ATTRIBUTE_TYPES))
        if not _NAME.fullmatch(name):
            hint = "lower-case letters, digits and _, as in `lead_time`"
            yield draft.problem(path, "ATTRIBUTE", f"rules cannot speak of `{name}`", hint, key=True)


def _scope(draft: Draft, plan: Plan) -> Iterator[Problem]:
    if plan.scope is None:
        return
    includes = folded(plan.scope.includes)
    for n, tag in enumerate(plan.scope.excludes):
        if fold(tag) in includes:
            message = f"`{tag}` is both in scope and outside it"
            yield draft.problem(("scope", "excludes", n), "SCOPE", message, "keep it in one of the two lists")
    for name, exclusion in plan.not_this_year.items():
        for n, tag in enumerate(exclusion.tags):
            if fold(tag) in includes:
                message = f"`{tag}` is in scope, and what carries it is not done this year"
                path: Path = ("not_this_year", name, "tags", n)
                yield draft.problem(path, "SCOPE", message, "use a narrower tag for one of them", "warning")


def _exclusions(draft: Draft, plan: Plan) -> Iterator[Problem]:
    for name, exclusion in plan.not_this_year.items():
        matched = folded((name, *exclusion.tags))
        for other, initiative in plan.initiatives.items():
            hit = [tag for tag in initiative.tags if fold(tag) in matched]
            if hit:
                message = f"`{other}` is planned, and `{name}` says that `{hit[0]}` is not done this year"
                path: Path = ("initiatives", other, "tags", initiative.tags.index(hit[0]))
                yield draft.problem(
                    path, "EXCLUDES_OWN", message, "drop the initiative, or narrow the exclusion", "warning"
                )
        if not exclusion.tags and draft.whole("not_this_year", name):
            message = f"only proposals tagged `{name}` match this exclusion"
            hint = "add `tags`: the words that such proposals carry"
            yield draft.problem(("not_this_year", name), "EXCLUSION_TAGS", message, hint, "note", key=True)
