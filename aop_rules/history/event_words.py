"""What each key of a recorded event is called, and what its value is: money, a date, the id of a plan entry, plain words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aop_rules.plan.field_words import Field, word
from aop_rules.plan.values import Words


def event_field(key: str) -> Field:
    """The key of an event, or of a part of one; a key that is not listed keeps its own word.

    >>> event_field("asked_by").name.en, event_field("amount").shown, event_field("roof_height").name.en
    ('asked by', 'amount', 'roof height')
    """
    return EVENT_FIELDS.get(key) or Field(Words(en=key.replace("_", " "), vi=key.replace("_", " ")))


def _read(table: str) -> Mapping[str, Field]:
    rows = (tuple(part.strip() for part in row.split("|")) for row in table.strip().splitlines())
    return MappingProxyType({key: Field(Words(en=en, vi=vi) if en else None, shown) for key, shown, en, vi in rows})


def event_word(value: str, language: str) -> str:
    """One of the words that events and plans have for a state or a kind; any other text as it is.

    >>> event_word("measured", "vi"), event_word("ytd", "en"), event_word("Hà Nội", "vi")
    ('đã đo', 'the year to date', 'Hà Nội')
    """
    known = _WORDS.get(value)
    return known[language == "vi"] if known else word(value, language)


_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "balance": ("what was left over", "phần còn dư"),
        "down": ("down", "giảm"),
        "estimate": ("an estimate", "ước tính"),
        "final": ("final", "chính thức"),
        "measured": ("measured", "đã đo"),
        "none": ("nothing", "chưa có"),
        "permanent": ("for good", "lâu dài"),
        "provisional": ("provisional", "tạm tính"),
        "signal": ("a signal", "một tín hiệu"),
        "temporary": ("for a while", "tạm thời"),
        "test": ("a test", "thử nghiệm"),
        "unclear": ("not clear", "chưa rõ"),
        "unknown": ("unknown", "chưa rõ"),
        "up": ("up", "tăng"),
    }
)

EVENT_FIELDS = _read("""
    kind           | kind       | kind               | loại
    title          |            | title              | tiêu đề
    effective_date | day        | from               | từ ngày
    known_at       | day        | known since        | biết từ
    asked_by       |            | asked by           | người đề nghị
    event_id       |            | event              | mã sự kiện
    source         |            | reported by        | nguồn
    currency       |            | currency           | đơn vị tiền
    amount         | amount     | amount             | số tiền
    line           | line       | budget line        | dòng ngân sách
    from           | line       | from               | từ
    to             | line       | to                 | đến
    from_period    | period     | from the period    | từ kỳ
    to_period      | period     | to the period      | đến kỳ
    period         | period     | in                 | vào
    doc            |            | document           | chứng từ
    consumes       |            | fulfils            | thực hiện cam kết
    costs          |            | costs              | chi phí
    benefits       |            | brings             | mang lại
    needs          |            | needs              | cần
    role           | role       |                    |
    recurring      | yes        | in every later period | lặp lại ở các kỳ sau
    kpi            | kpi        | KPI                | KPI
    likely         | kpi_unit   | likely             | nhiều khả năng
    low            | kpi_unit   | at least           | thấp nhất
    high           | kpi_unit   | at most            | cao nhất
    hires          | number     | hires              | tuyển thêm
    start          | day        | starts             | bắt đầu
    end            | day        | ends               | kết thúc
    deadline       | day        | to be decided by   | hạn quyết định
    cost_of_delay  | amount     | a month of delay costs | mỗi tháng chậm tốn
    requires       | initiative | needs done first   | cần xong trước
    alternatives_group |        | alternatives       | nhóm phương án
    evidence       |            | rests on           | cơ sở
    note           |            | note               | ghi chú
    reversible     | yes        | can be undone      | có thể đảo ngược
    divisible      | yes        | can be split       | có thể chia nhỏ
    category       |            | category           | phân loại
    tags           |            | tags               | nhãn
    links          |            | about              | liên quan
    goals          | goal       | goals              | mục tiêu
    initiatives    | initiative | initiatives        | việc
    budgets        | line       | budget lines       | dòng ngân sách
    kpis           | kpi        | KPIs               | KPI
    risks          | risk       | risks              | rủi ro
    attributes     |            | stated             | thông tin thêm
    goal           | goal       | goal               | mục tiêu
    new_target     | kpi_unit   | new target         | mục tiêu mới
    reason         |            | reason             | lý do
    trade_off      |            | trade-off          | đánh đổi
    what           | word       | what               | nội dung
    lines          | line       | budget lines       | dòng ngân sách
    until          | day        | until              | đến ngày
    value          | kpi_unit   | value              | giá trị
    numerator      | number     | numerator          | tử số
    denominator    | number     | denominator        | mẫu số
    confidence     | number     | confidence, of 10  | mức tự tin, trên 10
    status         | word       | status             | trạng thái
    revision       | number     | revision           | lần sửa
    driver         |            | driver             | nguyên nhân
    change         | ratio      | change             | mức thay đổi
    lasting        | word       | lasts              | tính chất
    initiative     | initiative | initiative         | việc
    milestone      |            | milestone          | mốc
    expected       | day        | expected           | dự kiến
    done           | yes        | done               | đã xong
    capacity       | role_unit  | capacity           | năng lực
    risk           | risk       | risk               | rủi ro
    touches        |            | touches            | ảnh hưởng đến
    probability    | ratio      | probability        | xác suất
    impact         | money      | expected loss      | tổn thất dự kiến
    direction      | word       | direction          | hướng
    periods        | number     | periods            | số kỳ
    by             | day        | by                 | trước ngày
    protect        |            | protect            | không cắt
""")
"""Every key that an event of this library can have."""
