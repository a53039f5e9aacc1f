"""The report of the calls as one page in Chinese: counts, charts, and every row behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from complain.case.model import Case
from complain.environment import CHINA
from complain.evidence import words
from complain.evidence.call_report import CallReport
from complain.evidence.calls import State
from complain.evidence.charts import heat_maps, hour_chart
from complain.evidence.crops import Crop
from complain.evidence.merging import APART
from complain.evidence.page import render
from complain.evidence.rownames import in_print
from complain.masking import mask_value


def call_page(
    case: Case, report: CallReport, *, vanishing: str, with_reachability: bool, crops: Sequence[Crop] = ()
) -> str:
    """Return the page.

    Args:
        case: For the parties and the incidents.
        report: What the calls show.
        vanishing: The sentence on the call list that will soon not be had any more; empty: none.
        with_reachability: Whether the person attaches the reachability table (USERS U26).
        crops: Rows that were read from pictures, as they are seen there.
    """
    return render(
        "calls.html.j2",
        case=case,
        report=report,
        vanishing=vanishing,
        with_reachability=with_reachability,
        crops=crops,
        made_at=china_time(report.made_at),
        own_number=mask_value(case.complainant.phone),
        states=tuple(State),
        heat_maps=heat_maps,
        hour_chart=hour_chart,
        apart=int(APART.total_seconds()),
        in_print=in_print,
        china_time=china_time,
        words=words,
    )


def china_time(moment: dt.datetime) -> str:
    """Return a moment as clocks in China show it, to the second."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
