"""What a plan can decide, and what not yet: a partial plan is usable, and says which questions it leaves open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words


@dataclass(frozen=True, slots=True)
class Capability:
    """One kind of question. Where it is not `available`, what needs it is answered NEED_DATA, naming `needs`."""

    id: str
    available: bool
    needs: tuple[str, ...]
    """Where in the plan the answer comes from, as dotted paths (`policies.minimum_cash`)."""
    question: Words
    """What it decides."""
    without: Words
    """What is answered while it is missing."""

    def sentence(self, language: str = "en") -> str:
        """One line for the capability report."""
        return (self.question if self.available else self.without).in_language(language)


@dataclass(frozen=True, slots=True)
class _Question:
    has: Callable[[Plan], object]
    needs: tuple[str, ...]
    question: Words
    without: Words


def capabilities(plan: Plan) -> tuple[Capability, ...]:
    """Every kind of question in a fixed order, and whether this plan can answer it.

    >>> from aop_rules.plan.load import plan_from
    >>> plan = plan_from({"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}})
    >>> [each.id for each in capabilities(plan) if not each.available][:3]
    ['exclusions', 'scope', 'goal_link']
    """
    return tuple(
        Capability(name, bool(asked.has(plan)), asked.needs, asked.question, asked.without)
        for name, asked in _QUESTIONS.items()
    )


def _q(has: Callable[[Plan], object], needs: str, question: tuple[str, str], without: tuple[str, str]) -> _Question:
    return _Question(
        has, tuple(needs.split()), Words(en=question[0], vi=question[1]), Words(en=without[0], vi=without[1])
    )


_QUESTIONS: Mapping[str, _Question] = MappingProxyType({
    "exclusions": _q(
        lambda plan: plan.not_this_year,
        "not_this_year",
        ("what is not done this year is declined", "việc chấp nhận chưa làm trong năm sẽ bị từ chối"),
        (
            "the plan names nothing that is not done this year: no proposal is declined for that reason",
            "kế hoạch chưa nêu việc nào chấp nhận chưa làm: không đề xuất nào bị từ chối vì lý do này",
        ),
    ),
    "scope": _q(
        lambda plan: plan.scope is not None and (plan.scope.includes or plan.scope.excludes),
        "scope.includes scope.excludes",
        ("proposals outside the scope are declined", "đề xuất ngoài phạm vi sẽ bị từ chối"),
        (
            "the plan has no scope: whether a proposal is within it cannot be told",
            "kế hoạch chưa có phạm vi: không thể biết đề xuất có thuộc phạm vi hay không",
        ),
    ),
    "goal_link": _q(
        lambda plan: plan.goals,
        "goals",
        ("a proposal must serve a goal", "đề xuất phải phục vụ một mục tiêu"),
        (
            "the plan has no goals: whether a proposal serves one cannot be told",
            "kế hoạch chưa có mục tiêu: không thể biết đề xuất phục vụ mục tiêu nào",
        ),
    ),
    "priorities": _q(
        lambda plan: plan.priorities,
        "priorities",
        ("goals that pull apart are settled by their rank", "mục tiêu mâu thuẫn được giải quyết theo thứ tự ưu tiên"),
        (
            "goals are not ranked: where they pull apart the choice is left to a person",
            "mục tiêu chưa được xếp hạng: khi mâu thuẫn, lựa chọn thuộc về con người",
        ),
    ),
    "budget": _q(
        lambda plan: plan.budget.lines,
        "budget.lines",
        ("spending is held to its budget line", "chi tiêu được giữ trong hạn mức ngân sách"),
        (
            "the plan has no budget lines: whether money is left cannot be told",
            "kế hoạch chưa có dòng ngân sách: không thể biết còn tiền hay không",
        ),
    ),
    "floors": _q(
        lambda plan: any(goal.floor is not None or goal.ceiling is not None for goal in plan.goals.values()),
        "goals.*.floor goals.*.ceiling",
        ("nothing that breaks a floor or ceiling is accepted", "không chấp nhận điều gì phá vỡ mức sàn hoặc mức trần"),
        (
            "no goal has a floor or ceiling: nothing is declined for breaking one",
            "chưa mục tiêu nào có mức sàn hoặc mức trần: không từ chối vì lý do này",
        ),
    ),
    "capacity": _q(
        lambda plan: plan.resources.roles,
        "resources.roles",
        ("people's time is held to what there is", "thời gian của nhân sự được giữ trong năng lực hiện có"),
        (
            "the plan does not say how many people there are: whether there is time cannot be told",
            "kế hoạch chưa nêu nguồn nhân lực: không thể biết còn thời gian hay không",
        ),
    ),
    "hiring": _q(
        lambda plan: plan.resources.hires is not None,
        "resources.hires",
        ("hiring is held to what was agreed", "tuyển dụng được giữ theo số đã thống nhất"),
        (
            "the plan does not say how many people may be hired: a hiring request cannot be judged",
            "kế hoạch chưa nêu được tuyển bao nhiêu người: không thể xét yêu cầu tuyển dụng",
        ),
    ),
    "prerequisites": _q(
        lambda plan: any(i.requires or i.starts or i.ends for i in plan.initiatives.values()),
        "initiatives.*.requires initiatives.*.starts initiatives.*.ends",
        (
            "work waits for what it requires, and slips are followed",
            "công việc chờ điều kiện tiên quyết, trễ hạn được theo dõi",
        ),
        (
            "no initiative has dates or prerequisites: order and slack cannot be told",
            "chưa sáng kiến nào có ngày hoặc điều kiện tiên quyết: không thể biết thứ tự và thời gian dự phòng",
        ),
    ),
    "minimum_cash": _q(
        lambda plan: plan.policies.minimum_cash,
        "policies.minimum_cash",
        ("cash never falls below its minimum", "tiền mặt không xuống dưới mức tối thiểu"),
        (
            "the plan has no minimum cash: whether cash allows a purchase cannot be told",
            "kế hoạch chưa có mức tiền mặt tối thiểu: không thể biết tiền mặt có cho phép hay không",
        ),
    ),
    "stock_cover": _q(
        lambda plan: plan.policies.stock_cover,
        "policies.stock_cover",
        ("goods are bought only up to their stock cover", "chỉ nhập hàng đến mức số ngày tồn kho cho phép"),
        (
            "the plan has no stock cover: whether goods on hand already last cannot be told",
            "kế hoạch chưa có số ngày tồn kho tối đa: không thể biết hàng tồn đã đủ hay chưa",
        ),
    ),
    "contribution": _q(
        lambda plan: plan.policies.contribution,
        "policies.contribution",
        ("what a proposal earns is weighed against its cost", "phần lãi của đề xuất được cân với chi phí"),
        (
            "the plan does not name the KPI that a cost is weighed against: whether a proposal pays cannot be told",
            "kế hoạch chưa nêu KPI để cân với chi phí: không thể biết đề xuất có lời hay không",
        ),
    ),
    "risks": _q(
        lambda plan: any(risk.watches or risk.trigger for risk in plan.risks.values()),
        "risks.*.watches risks.*.trigger",
        ("a risk that occurs calls up its response", "rủi ro xảy ra sẽ kích hoạt phương án dự phòng"),
        (
            "no risk is watched: that one has occurred cannot be told",
            "chưa rủi ro nào được theo dõi: không thể biết rủi ro đã xảy ra hay chưa",
        ),
    ),
    "thresholds": _q(
        lambda plan: any(kpi.breach for kpi in plan.kpis.values()),
        "kpis.*.breach",
        ("a KPI off track is noticed", "KPI chệch hướng được phát hiện"),
        (
            "no KPI has a breach threshold: that one is off track cannot be told",
            "chưa KPI nào có ngưỡng vi phạm: không thể biết KPI có chệch hướng hay không",
        ),
    ),
    "levers": _q(
        lambda plan: plan.levers,
        "levers",
        ("ways to adjust are weighed by what they do to each goal", "cách điều chỉnh được cân theo tác động đến từng mục tiêu"),
        (
            "the plan names no levers: of most ways to adjust nobody can tell what they do to the goals",
            "kế hoạch chưa nêu cách điều chỉnh (`levers`): phần lớn các cách chưa biết tác động đến mục tiêu",
        ),
    ),
})  # fmt: skip
