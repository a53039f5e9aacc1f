"""Call logs in the shapes in which people get them. Every number in them is invented."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

from complain.environment import CHINA

COLLECTOR = "17000000001"
OTHER_COLLECTOR = "17000000002"
FRIEND = "13900000009"


@dataclass(frozen=True)
class Rung:
    """One call of a made-up history."""

    at: dt.datetime
    number: str = COLLECTOR
    kind: str = "connected"  # connected, missed, outgoing, unanswered-outgoing
    seconds: int = 35
    name: str = ""


def at(text: str) -> dt.datetime:
    """Return a time in China."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


HISTORY = (
    Rung(at("2026-10-12 22:47:05"), seconds=61),
    Rung(at("2026-10-13 09:05:11")),
    Rung(at("2026-10-13 11:32:40")),
    Rung(at("2026-10-13 12:10:00"), FRIEND, name="老同学"),
    Rung(at("2026-10-13 13:01:59"), kind="missed"),
    Rung(at("2026-10-13 15:18:02")),
    Rung(at("2026-10-13 17:41:30")),
    Rung(at("2026-10-14 07:12:00"), OTHER_COLLECTOR, "missed"),
    Rung(at("2026-10-14 18:30:00"), kind="outgoing", seconds=20),
    Rung(at("2026-10-15 20:00:00"), FRIEND, "outgoing", name="老同学"),
    Rung(at("2026-10-15 21:00:00"), FRIEND, "unanswered-outgoing", 0),
)


def android(rungs: Sequence[Rung] = HISTORY, extra: str = "") -> bytes:
    """Return a backup as Android programs write it; one contact's name holds the halves of an emoji."""
    types = {"connected": 1, "missed": 3, "outgoing": 2, "unanswered-outgoing": 2}
    lines = [
        f'  <call number="+86{rung.number}" duration="{0 if rung.kind == "missed" else rung.seconds}" '
        f'date="{int(rung.at.timestamp() * 1000) + 123}" type="{types[rung.kind]}" presentation="1" '
        f'readable_date="{rung.at:%Y-%m-%d}" contact_name="{(rung.name and rung.name + "&#55357;&#56832;") or "(Unknown)"}" />'
        for rung in rungs
    ]
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
    body = "\n".join([f'<calls count="{len(lines)}">', *lines, extra, "</calls>"])
    return (head + body).encode()


def mobile_csv(rungs: Sequence[Rung] = HISTORY, extra: str = "") -> bytes:
    """Return a list as of a first carrier: a title, GB18030, tabs that keep digits from being rounded."""
    lines = [
        "通话详单（示例）",
        "客户姓名：张示例,,,,,,",
        "查询时间：2026-10-01至2026-10-31,,,,,,",
        "起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,实收通信费(元)",
    ]
    for rung in rungs:
        if rung.kind in ("connected", "outgoing"):
            way = "被叫" if rung.kind == "connected" else "主叫"
            long = (
                f"{rung.seconds // 60}分{rung.seconds % 60}秒" if rung.seconds >= 60 else f"{rung.seconds}秒"
            )
            lines.append(f"\t{rung.at:%Y-%m-%d %H:%M:%S},示例市,{way},\t{rung.number},{long},国内通话,0.00")
    return "\r\n".join([*lines, extra, "合计,,,,,,0.00", ""]).encode("gb18030")


def unicom_csv(rungs: Sequence[Rung] = HISTORY, extra: str = "") -> bytes:
    """Return a list as of a second carrier: UTF-8 with a mark, day and time in two columns, seconds as a clock."""
    lines = ["序号,呼叫类型,通话日期,通话时间,对方号码,通话时长,通话地点,费用"]
    for place, rung in enumerate(rungs, 1):
        if rung.kind in ("connected", "outgoing"):
            way = "被叫" if rung.kind == "connected" else "主叫"
            clock = f"00:{rung.seconds // 60:02d}:{rung.seconds % 60:02d}"
            lines.append(
                f'{place},{way},{rung.at:%Y/%m/%d},{rung.at:%H:%M:%S},="86{rung.number}",{clock},"示例省,示例市",0.00'
            )
    return "\n".join([*lines, extra]).encode("utf-8-sig")


def telecom_xlsx(rungs: Sequence[Rung] = HISTORY, extra: Sequence[Sequence[object]] = ()) -> bytes:
    """Return a list as of a third carrier: a sheet with an empty first one, real times and numbers as numbers."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.create_sheet("语音详单")
    sheet.append(["语音详单"])
    sheet.append(["对方号码", "呼叫类型", "通话开始时间", "通话时长(秒)", "通话地点"])
    for rung in rungs:
        if rung.kind in ("connected", "outgoing"):
            way = "被叫" if rung.kind == "connected" else "主叫"
            sheet.append([int(rung.number), way, rung.at.replace(tzinfo=None), rung.seconds, "示例市"])
    for row in extra:
        sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
