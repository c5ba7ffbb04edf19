"""Frames (pandas, polars, pyarrow) out of a position, and events out of frames. Needs the extra `frames`."""

from aop_rules.frames.incoming import events_from_frame as events_from_frame
from aop_rules.frames.outgoing import budget_frame as budget_frame
from aop_rules.frames.outgoing import decisions_frame as decisions_frame
from aop_rules.frames.outgoing import kpi_frame as kpi_frame
