"""Every sentence of the library's own, by key, in English and Vietnamese. Both say the same placeholders (tested)."""

from __future__ import annotations

from aop_rules.wording.numbers import Language

MESSAGES: dict[str, tuple[str, str]] = {
    # courses and outcomes
    "course.keep": ("KEEP COURSE", "GIỮ HƯỚNG"),
    "course.adjust": ("ADJUST", "ĐIỀU CHỈNH"),
    "outcome.ACCEPT": ("accept", "chấp nhận"),
    "outcome.ACCEPT_WITH_CONDITIONS": ("accept with conditions", "chấp nhận có điều kiện"),
    "outcome.ADJUST_TO_FIT": ("adjust to fit", "điều chỉnh cho vừa"),
    "outcome.DEFER": ("defer", "hoãn"),
    "outcome.DECLINE": ("decline", "từ chối"),
    "outcome.NEED_DATA": ("data needed", "cần thêm số liệu"),
    "outcome.ESCALATE": ("escalate to the owner", "trình chủ kế hoạch"),
    "outcome.KEEP_COURSE": ("nothing to change", "không cần thay đổi"),
    "outcome.WATCH": ("watch", "theo dõi"),
    "outcome.INVESTIGATE": ("investigate", "kiểm tra nguyên nhân"),
    "outcome.ADJUST_ACTIONS": ("adjust actions", "điều chỉnh kế hoạch hành động"),
    "outcome.REALLOCATE": ("reallocate", "tái phân bổ"),
    "outcome.TRIGGER_CONTINGENCY": ("trigger the contingency", "kích hoạt phương án dự phòng"),
    "outcome.ESCALATE_GOAL_REVIEW": ("review the goal", "xem xét lại mục tiêu"),
    "hard": ("no approval lifts this", "không thể phê duyệt để bỏ qua"),
    # reasons where no rule speaks
    "default.no_support": ("nothing in it supports a goal of this year", "không có gì cho thấy nó phục vụ mục tiêu của năm"),
    "default.no_support.needs": (
        "a goal that it serves, with the expected effect on its KPI",
        "nêu mục tiêu được phục vụ, kèm tác động dự kiến lên KPI",
    ),
    "default.accept": ("it serves {goals}, and every limit of the plan holds", "phục vụ {goals}, và mọi giới hạn của kế hoạch đều giữ"),
    "default.supported": ("it is owed already, and every limit of the plan holds", "khoản đã cam kết, và mọi giới hạn của kế hoạch đều giữ"),
    "default.keep": ("everything that was looked at is within the plan", "mọi thứ được xem xét đều trong kế hoạch"),
    # findings that cannot be told
    "unknown": ("cannot be told: {what}", "chưa thể kết luận: {what}"),
    "unknown.possible": ("possibly: {message}", "có thể: {message}"),
    "unknown.needs": ("{what}", "{what}"),
    "error": ("rule {rule} could not be judged: {what}", "không thể xét quy tắc {rule}: {what}"),
    "error.needs": ("the value corrected where it comes from", "sửa giá trị tại nơi cung cấp"),
    "missing.plain": ("{term} is not stated", "chưa có {term}"),
    "missing.no_reading": ("no reading of {about} yet for {period} (due {detail})", "chưa có số liệu {about} của {period} (hạn {detail})"),
    "missing.late": ("no reading of {about} for {period}; it was due on {detail}", "thiếu số liệu {about} của {period}; hạn là {detail}"),
    "missing.conflict": ("two different readings of {about} for {period}", "{about} có hai số liệu khác nhau cho {period}"),
    "missing.cannot_sum": ("only a bare ratio of {about} for {period}; its parts are needed", "{about} của {period} chỉ có tỷ lệ; cần cả tử số và mẫu số"),
    "missing.nothing_closed": ("no period of the year is closed yet", "chưa có kỳ nào của năm được chốt"),
    "missing.few_periods": ("too few closed periods for {about}", "{about} chưa đủ số kỳ đã chốt"),
    "missing.no_target": ("no target in the plan for {about}", "kế hoạch chưa có mục tiêu cho {about}"),
    "missing.no_profile": ("no phasing to forecast {about} from", "{about} chưa có phân kỳ để ước tính"),
    "missing.zero_denominator": ("{about} divides by zero", "{about} có mẫu số bằng 0"),
    "missing.not_in_plan": ("{about} is not in the plan", "{about} không có trong kế hoạch"),
    "missing.no_rate": ("there is no exchange rate for {detail}", "chưa có tỷ giá cho {detail}"),
    "missing.not_stated": ("the effect on {about} is not stated", "chưa nêu tác động lên {about}"),
    "missing.estimates_differ": (
        "the low and the high estimate of {about} lead to different answers",
        "ước tính thấp và cao của {about} dẫn đến kết luận khác nhau",
    ),
    # explanation
    "head.because": ("Because", "Vì sao"),
    "head.also": ("Also found", "Ngoài ra"),
    "head.serves": ("Serves", "Phục vụ"),
    "head.needed": ("What would change it", "Điều gì sẽ thay đổi kết luận"),
    "head.why_not": ("Why not something else", "Vì sao không phải kết luận khác"),
    "head.rules": ("Rules and figures", "Quy tắc và số liệu"),
    "head.basis": ("What this rests on", "Căn cứ"),
    "fit": ("{amount} would fit now", "hiện chỉ phù hợp {amount}"),
    "fit.none": ("nothing of it fits now", "hiện chưa phù hợp phần nào"),
    "then": ("then: {outcome}", "khi đó: {outcome}"),
    "next_review": ("next review {date}", "kỳ xem xét tới: {date}"),
    "nothing_calls": ("no rule that holds calls for it", "không có quy tắc nào yêu cầu"),
    "stands_in_the_way": ("in the way: {rules}", "bị chặn bởi: {rules}"),
    "said_on": ("{title} · {date} · {plan}", "{title} · {date} · {plan}"),
    "rule_line": ("{rule} (version {version})", "{rule} (phiên bản {version})"),
    "condition": ("condition: {text}", "điều kiện: {text}"),
    "with_figures": ("with figures: {text}", "thay số: {text}"),
    "chain": ("follows from: {steps}", "suy ra từ: {steps}"),
    "clause": ("plan clause: {clause}", "mục trong kế hoạch: {clause}"),
    "fact": ("{term}: {value}", "{term}: {value}"),
    "from": ("from {sources}", "nguồn {sources}"),
    "quality.provisional": ("provisional", "tạm tính"),
    "quality.planned": ("as planned", "theo kế hoạch"),
    "quality.estimated": ("estimated", "ước tính"),
    "basis.plan": ("plan {id} version {version}, {digest}", "kế hoạch {id} phiên bản {version}, {digest}"),
    "basis.rules": ("rules {digest}", "quy tắc {digest}"),
    "basis.position": ("records {digest}, as of {as_of}", "dữ liệu {digest}, tính đến {as_of}"),
    "basis.confidence": (
        "{facts} figures used; {unknown} unknown, {provisional} provisional, {estimated} estimated",
        "dùng {facts} số liệu; {unknown} chưa biết, {provisional} tạm tính, {estimated} ước tính",
    ),
    "kind.proposal": ("proposal", "đề xuất"),
    "kind.opportunity": ("opportunity", "cơ hội"),
    "kind.spend_request": ("spend request", "đề nghị chi"),
    "kind.goal_change_request": ("request to change a goal", "yêu cầu đổi mục tiêu"),
    "kind.plan_amendment": ("amendment of the plan", "sửa kế hoạch"),
    "kind.cost_cut_request": ("request to cut costs", "yêu cầu cắt chi phí"),
    "kind.commitment": ("commitment", "cam kết chi"),
    "kind.commitment_release": ("release of a commitment", "giải phóng cam kết"),
    "kind.actual": ("spending", "khoản đã chi"),
    "kind.kpi_observation": ("new reading", "số liệu mới"),
    "kind.kpi_breach": ("threshold passed", "vượt ngưỡng"),
    "kind.cost_change": ("change of cost", "thay đổi chi phí"),
    "kind.milestone_update": ("milestone update", "cập nhật mốc"),
    "kind.capacity_change": ("change of capacity", "thay đổi nhân lực"),
    "kind.risk_signal": ("signal of a risk", "dấu hiệu rủi ro"),
    "kind.risk_occurred": ("risk occurred", "rủi ro xảy ra"),
    "kind.new_risk": ("new risk", "rủi ro mới"),
    "kind.market_signal": ("market signal", "tín hiệu thị trường"),
    "kind.period_close": ("period closed", "chốt kỳ"),
    "kind.review_due": ("review", "kỳ xem xét"),
    "yes": ("yes", "có"),
    "no": ("no", "không"),
    "nothing": ("nothing", "không có gì"),
    "unknown.value": ("unknown", "chưa rõ"),
}  # fmt: skip


def say(key: str, language: Language, **parts: object) -> str:
    """One sentence. Raises KeyError for a key or part that does not exist: both are ours.

    >>> say("fit", "vi", amount="120.000.000 ₫")
    'hiện chỉ phù hợp 120.000.000 ₫'
    """
    return MESSAGES[key][language == "vi"].format(**parts)
