"""Signal or noise."""

from __future__ import annotations

SIGNALS: dict[str, tuple[str, str]] = {
    # signal or noise
    "signal.unknown": ("its value is not known, so nobody can tell a signal from noise", "chưa có số liệu nên chưa thể phân biệt tín hiệu với biến động thường"),
    "signal.no_limit": ("{value} ({period})", "{value} ({period})"),
    "signal.within": ("{value} ({period}) is within the limit of {limit}", "{value} ({period}) trong giới hạn {limit}"),
    "signal.past": ("{value} ({period}) is past the limit of {limit}, for {run} of the {needed} periods that it takes to act", "{value} ({period}) vượt giới hạn {limit}, mới {run} trên {needed} kỳ cần có để hành động"),
    "signal.lasting": ("{value} ({period}) is past the limit of {limit}, for {run} periods in a row", "{value} ({period}) vượt giới hạn {limit}, đã {run} kỳ liên tiếp"),
    "signal.normal": ("{last} in {period} lies in normal variation ({low} to {high})", "{last} trong {period} nằm trong biến động thường ({low} đến {high})"),
    "signal.stands_out": ("{last} in {period} stands out of normal variation ({low} to {high}; {rules})", "{last} trong {period} ra khỏi biến động thường ({low} đến {high}; {rules})"),
    "signal.normal_itself": ("that lies in normal variation ({low} to {high})", "nằm trong biến động thường ({low} đến {high})"),
    "signal.stands_out_itself": ("that stands out of normal variation ({low} to {high}; {rules})", "ra khỏi biến động thường ({low} đến {high}; {rules})"),
    "signal.immaterial": ("too small to matter by the plan", "quá nhỏ để đáng kể theo kế hoạch"),
    "signal.noise": ("keep course", "giữ hướng"),
    "signal.emerging": ("watch, and change nothing yet", "theo dõi, chưa thay đổi gì"),
    "signal.signal": ("do not cut yet, investigate", "chưa cắt, cần kiểm tra"),
    "signal.adjust": ("adjust", "điều chỉnh"),
    "no_limits.few_points": ("not enough history to say what is normal ({have} of {need} points), so how long it lasts decides", "chưa đủ lịch sử để biết biến động thường ({have} trên {need} điểm), nên xét theo số kỳ kéo dài"),
    "no_limits.no_variation": ("its history never moved, so how long it lasts decides", "lịch sử không biến động, nên xét theo số kỳ kéo dài"),
    "no_limits.no_target": ("no plan by period to see it against, so how long it lasts decides", "chưa có kế hoạch theo kỳ để so sánh, nên xét theo số kỳ kéo dài"),
    "no_limits.no_reading": ("no figure for the last period alone, so how long it lasts decides", "chưa có số liệu riêng của kỳ gần nhất, nên xét theo số kỳ kéo dài"),
    "no_limits.no_rules": ("the plan names no rules of normal variation, so how long it lasts decides", "kế hoạch không chọn quy tắc biến động thường, nên xét theo số kỳ kéo dài"),
    "verdict.noise": ("noise", "biến động thường"),
    "verdict.emerging": ("emerging", "mới chớm"),
    "verdict.signal": ("signal", "tín hiệu"),
    "verdict.structural": ("structural", "lệch có tính cơ cấu"),
}  # fmt: skip
