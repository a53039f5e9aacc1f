"""How long 100,000 rows of a call log take, beside plain reading of the same file in the same process.

Run: ``python benchmarks/calls.py [ROWS]``. Printed are seconds and, for what does not depend on the machine, ratios.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from complain.case.load import load_case
from complain.cli.evidence_facts import limits
from complain.environment import CHINA
from complain.evidence.call_report import call_report
from complain.evidence.calls import CallLog
from complain.evidence.cells import Cell
from complain.evidence.headings import Columns, known_columns
from complain.evidence.kept_calls import Ticked, keep
from complain.evidence.operator_list import Dates
from complain.evidence.reading import read_call_log

EXAMPLE = Path(__file__).parents[1] / "examples" / "basic"
COLLECTORS = ("17000000001", "17000000002")
NOW = dt.datetime(2026, 11, 20, tzinfo=CHINA)


@dataclass(frozen=True)
class Timed:
    """A result and the seconds it took."""

    seconds: float
    rows: int


def main(rows: int) -> None:
    """Time each kind of file, then the report of a case in which a tenth of the rows is ticked."""
    history = _history(rows)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        plain = _files(place, history)
        for name, read_plainly in plain.items():
            _say(name, _timed(read_plainly), _timed(partial(_understood, place / name)))
        _say_report(place, rows)


def _history(rows: int) -> list[tuple[dt.datetime, str, bool, int]]:
    chance = random.Random(7)
    start = dt.datetime(2026, 5, 20)
    numbers = [*COLLECTORS, *(f"139{chance.randrange(10**8):08d}" for _ in range(18))]
    span = 180 * 86400
    return sorted(
        (
            start + dt.timedelta(seconds=chance.randrange(span)),
            chance.choice(numbers),
            chance.random() < 0.7,
            chance.randrange(1, 600),
        )
        for _ in range(rows)
    )


def _files(
    place: Path, history: Sequence[tuple[dt.datetime, str, bool, int]]
) -> dict[str, Callable[[], int]]:
    """Write a CSV, a backup and a sheet; return how each is read plainly: its rows counted, nothing understood."""
    lines = ["起始时间,通信地点,通信方式,对方号码,通信时长"]
    lines += [f"{at},示例市,{'被叫' if come else '主叫'},{number},{s}秒" for at, number, come, s in history]
    (place / "a.csv").write_text("\r\n".join(lines), encoding="gb18030", newline="")
    calls = [
        f'<call number="{n}" duration="{s}" date="{int(at.timestamp()) * 1000}" type="{1 if c else 2}" contact_name="" />'
        for at, n, c, s in history
    ]
    (place / "b.xml").write_text("\n".join(["<calls>", *calls, "</calls>"]), encoding="utf-8")
    _write_sheet(place / "c.xlsx", history)
    return {
        "a.csv": lambda: sum(
            1 for _ in csv.reader(io.StringIO((place / "a.csv").read_bytes().decode("gb18030")))
        ),
        "b.xml": lambda: _plain_xml(place / "b.xml"),
        "c.xlsx": lambda: _plain_sheet(place / "c.xlsx"),
    }


def _write_sheet(path: Path, history: Sequence[tuple[dt.datetime, str, bool, int]]) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["对方号码", "呼叫类型", "通话开始时间", "通话时长"])
    for at, number, come, seconds in history:
        sheet.append([int(number), "被叫" if come else "主叫", at, seconds])
    book.save(path)


def _plain_xml(path: Path) -> int:
    from defusedxml.ElementTree import iterparse

    return sum(1 for _event, element in iterparse(path) if element.tag == "call")


def _plain_sheet(path: Path) -> int:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    rows = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return rows


def _by_headings(heading: Sequence[Cell]) -> Columns:
    found = known_columns(heading)
    assert found is not None
    return found


def _read(path: Path) -> CallLog:
    return read_call_log(path, _by_headings, Dates(NOW))


def _understood(path: Path) -> int:
    return len(_read(path).calls)


def _timed(run: Callable[[], int]) -> Timed:
    start = time.perf_counter()
    rows = run()
    return Timed(time.perf_counter() - start, rows)


def _say(name: str, plain: Timed, ours: Timed) -> None:
    ratio = ours.seconds / plain.seconds
    print(
        f"{name:8} {ours.rows:>8,} rows  read plainly {plain.seconds:6.2f} s  understood {ours.seconds:6.2f} s  ratio {ratio:5.1f}"
    )


def _say_report(place: Path, rows: int) -> None:
    case = load_case(EXAMPLE)
    (place / "calls").mkdir()
    ticked = [Ticked(number, "示例") for number in COLLECTORS]
    logs = [_read(place / name) for name in ("b.xml", "a.csv")]
    start = time.perf_counter()
    for log in logs:
        keep(place, log, ticked, NOW)
    kept = time.perf_counter()
    report = call_report(case, place, limits(), members=(), made_at=NOW)
    done = time.perf_counter()
    print(
        f"two logs of {rows:,} rows: {len(report.calls):,} calls kept in {kept - start:.2f} s, "
        f"merged and counted in {done - kept:.2f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
