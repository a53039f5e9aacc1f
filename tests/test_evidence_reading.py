"""Call logs as people get them: every row is taken as it stands, or named as broken. None is guessed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from complain.environment import CHINA
from complain.errors import UsageError
from complain.evidence.calls import CallLog, Direction, Reason, SourceKind, State, numbers_by_count
from complain.evidence.cells import Cell, CellFault, read_number, read_seconds, read_time
from complain.evidence.headings import Columns, known_columns
from complain.evidence.operator_list import Dates
from complain.evidence.reading import read_call_log
from fakes.call_logs import COLLECTOR, FRIEND, HISTORY, android, at, mobile_csv, telecom_xlsx, unicom_csv

Read = Callable[..., CallLog]
NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)
ANSWERED = [rung for rung in HISTORY if rung.kind in ("connected", "outgoing")]


def by_headings(heading: Sequence[Cell]) -> Columns:
    known = known_columns(heading)
    assert known is not None
    return known


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def run(data: bytes, name: str = "log.csv", year: int | None = None) -> CallLog:
        (tmp_path / name).write_bytes(data)
        return read_call_log(tmp_path / name, by_headings, Dates(NOW, year))

    return run


def test_an_android_backup_gives_every_call_with_who_called_and_whether_it_was_answered(read: Read) -> None:
    log = read(android(), "calls-20261101.xml")
    assert log.kind is SourceKind.PHONE and not log.broken
    assert [(call.number, call.at) for call in log.calls] == [(rung.number, rung.at) for rung in HISTORY]
    assert [call.row for call in log.calls] == list(range(1, len(HISTORY) + 1))
    missed = [call for call in log.calls if call.state is State.MISSED]
    assert [call.direction for call in missed] == [Direction.INCOMING, Direction.INCOMING, Direction.OUTGOING]
    assert [count.in_contacts for count in numbers_by_count(log.calls) if count.number == FRIEND] == [True]


def _sheets(*tables: Sequence[Sequence[object]], since_1904: bool = False) -> bytes:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.epoch = CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet()
        for row in table:
            sheet.append(row)
    book.save(kept)
    return kept.getvalue()


HEADINGS: list[object] = ["通话起始时间", "对方号码", "呼叫类型", "通话时长"]
SERIAL = 46307.94930555556  # 2026-10-12 22:47:00


def test_times_that_a_spreadsheet_keeps_as_numbers_are_read_to_the_second(read: Read) -> None:
    rows = [[SERIAL, COLLECTOR, "被叫", 83 / 86400], [46307, COLLECTOR, "被叫", "1分"]]
    log = read(_sheets([["语音详单"], HEADINGS, *rows]), "c.xlsx")
    assert [(c.at, c.seconds, c.row) for c in log.calls] == [(at("2026-10-12 22:47:00"), 83, 3)]
    assert [(b.row, b.reason) for b in log.broken] == [(4, Reason.TIME)]  # a day alone is no midnight
    text = f"{','.join(map(str, HEADINGS))}\n{SERIAL},{COLLECTOR},被叫,83\n"
    assert [c.at for c in read(text.encode()).calls] == [at("2026-10-12 22:47:00")]


def test_a_day_and_a_clock_kept_as_numbers_in_columns_of_their_own_are_read(read: Read) -> None:
    headings: list[object] = ["通话日期", "通话时间", "对方号码", "呼叫类型", "通话时长"]
    log = read(_sheets([headings, [46307, SERIAL % 1, COLLECTOR, "被叫", 83]]), "c.xlsx")
    assert [(c.at, c.seconds) for c in log.calls] == [(at("2026-10-12 22:47:00"), 83)]


def test_a_workbook_that_counts_from_1904_is_not_read_four_years_early(read: Read) -> None:
    log = read(_sheets([HEADINGS, [SERIAL - 1462, COLLECTOR, "被叫", "1分"]], since_1904=True), "c.xlsx")
    assert not log.calls
    assert [b.reason for b in log.broken] == [Reason.TIME]


def test_what_stands_on_a_further_sheet_is_not_left_out_silently(read: Read) -> None:
    row: list[object] = [dt.datetime(2026, 10, 12, 22, 47), COLLECTOR, "被叫", "1分"]
    more = [HEADINGS, [dt.datetime(2026, 11, 2, 9, 5), COLLECTOR, "被叫", "1分"]]
    log = read(_sheets([HEADINGS, row], more), "c.xlsx")
    assert [c.at.month for c in log.calls] == [10]
    assert [(b.row, b.reason) for b in log.broken] == [(3, Reason.OTHER_SHEET)]
    assert not read(_sheets([HEADINGS, row], [["说明"], ["仅供本人使用"]], []), "c.xlsx").broken
    assert not read(_sheets([], [HEADINGS, row]), "c.xlsx").broken


@pytest.mark.parametrize(
    ("data", "name", "first_row"),
    [(mobile_csv(), "详单.csv", 5), (unicom_csv(), "b.csv", 2), (telecom_xlsx(), "c.xlsx", 3)],
    ids=["gb18030", "utf-8 with a mark", "sheet"],
)
def test_each_carriers_list_gives_the_same_calls(read: Read, data: bytes, name: str, first_row: int) -> None:
    log = read(data, name)
    assert log.kind is SourceKind.OPERATOR and not log.broken
    assert [(c.number, c.at, c.seconds) for c in log.calls] == [(r.number, r.at, r.seconds) for r in ANSWERED]
    assert [call.row for call in log.calls] == list(range(first_row, first_row + len(ANSWERED)))
    assert {call.state for call in log.calls} == {State.CONNECTED}
    directions = [Direction.OUTGOING if r.kind == "outgoing" else Direction.INCOMING for r in ANSWERED]
    assert [call.direction for call in log.calls] == directions


def test_broken_rows_of_an_android_backup_are_named_and_the_others_kept(read: Read) -> None:
    extra = (
        '<call number="abc" duration="1" date="1760000000000" type="1" />\n'
        '<call number="17000000001" duration="1" date="soon" type="1" />\n'
        '<call number="17000000001" duration="1" date="9999999999999" type="1" />\n'
        '<call number="17000000001" duration="1" date="999999999999999" type="1" />\n'
        '<call number="17000000001" duration="long" date="1760000000000" type="1" />\n'
        '<call number="-2" duration="5" date="1760000000000" type="1" />\n'
        '<call number="17000000001" duration="0" date="1760000000000" type="1" />\n'
        '<call number="17000000001" duration="5" date="1760000000000" type="99" />'
    )
    log = read(android(extra=extra), "calls.xml")
    first = len(HISTORY) + 1
    assert [(broken.row, broken.reason) for broken in log.broken] == [
        (first, Reason.NUMBER),
        (first + 1, Reason.TIME),
        (first + 2, Reason.FUTURE),
        (first + 3, Reason.FUTURE),  # the year 33658, which no calendar has
        (first + 4, Reason.DURATION),
    ]
    withheld, open_, foreign = log.calls[-3:]
    assert withheld.number == "" and withheld.number not in [c.number for c in numbers_by_count(log.calls)]
    assert open_.state is State.UNKNOWN, "no duration of an incoming call says neither"
    assert foreign.direction is Direction.UNKNOWN


def test_a_backup_that_breaks_off_gives_what_stands_before_and_says_so(read: Read) -> None:
    data = android()
    log = read(data[: data.index(b"duration", 900)], "calls.xml")
    assert 0 < len(log.calls) < len(HISTORY)
    assert [broken.reason for broken in log.broken] == [Reason.FILE_ENDS]


@pytest.mark.parametrize(
    "data",
    [
        b"<smses><sms/></smses>",
        b"<calls",
        b'<!DOCTYPE calls [<!ENTITY a "b">]><calls><call number="&a;"/></calls>',
    ],
)
def test_what_is_no_call_log_backup_is_refused_in_one_sentence(read: Read, data: bytes) -> None:
    with pytest.raises(UsageError, match="not a call log backup"):
        read(data, "x.xml")


def test_broken_rows_of_a_table_are_named_by_their_line(read: Read) -> None:
    extra = "\r\n".join(
        [
            "2026-10-20 25:00:00,示例市,被叫,17000000001,5秒,国内通话,0",
            "2026-10-20 10:00:00,示例市,被叫,1.7E+10,5秒,国内通话,0",
            '2026-10-20 10:00:00,"示例市,被叫,17000000001,5秒,国内通话,0',
            "10-20 10:00:00,示例市,被叫,17000000001,5秒,国内通话,0",
            "2026-10-20,示例市,被叫,17000000001,5秒,国内通话,0",
            "2026-10-20 10:00:00,示例市,被叫,17000000001,很久,国内通话,0",
            "2026-10-20 10:00:00,示例市,呼转,17000000001,5秒,国内通话,0",
        ]
    )
    log = read(mobile_csv(extra=extra))
    first = 5 + len(ANSWERED)
    assert [(broken.row - first, broken.reason) for broken in log.broken] == [
        (0, Reason.TIME),
        (1, Reason.ROUNDED_NUMBER),
        (2, Reason.QUOTES),
        (3, Reason.NO_YEAR),
        (4, Reason.TIME),
        (5, Reason.DURATION),
    ]
    assert log.calls[-1].direction is Direction.UNKNOWN
    assert len(log.calls) == len(ANSWERED) + 1, "the line of sums is no call"


def test_damaged_bytes_break_their_own_row_only(read: Read) -> None:
    good = mobile_csv()
    data = good.replace(COLLECTOR.encode(), b"1700\xff000001", 1)
    log = read(data)
    assert [(broken.row, broken.reason) for broken in log.broken] == [(5, Reason.ENCODING)]
    assert len(log.calls) == len(ANSWERED) - 1


def test_the_year_that_a_list_leaves_out_is_taken_only_from_the_person(read: Read) -> None:
    data = "起始时间,通信方式,对方号码,通信时长\n10-12 22:47:05,被叫,17000000001,61\n".encode("gb18030")
    assert [broken.reason for broken in read(data).broken] == [Reason.NO_YEAR]
    assert read(data, year=2026).calls[0].at == at("2026-10-12 22:47:05")


def test_begun_minutes_say_that_a_call_lasted_but_not_how_long(read: Read) -> None:
    data = "开始时间,呼叫类型,对方号码,通话时长（分钟）\n2026-10-12 22:47,被叫,17000000001,2\n"
    [call] = read(data.encode()).calls
    assert call.seconds is None and call.state is State.CONNECTED


def test_a_sheets_day_without_a_time_is_no_call_at_midnight(read: Read) -> None:
    log = read(telecom_xlsx(extra=[[int(COLLECTOR), "被叫", dt.datetime(2026, 10, 20), 5, ""]]), "c.xlsx")
    assert [broken.reason for broken in log.broken] == [Reason.TIME]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old", b"%PDF-1.7", b"one\ntwo\n", b""]
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(read: Read, data: bytes) -> None:
    with pytest.raises(UsageError):
        read(data, "x.xlsx")


@pytest.mark.parametrize(
    ("cell", "digits"),
    [
        ("+86 170-0000-0001", "17000000001"),
        ("008617000000001", "17000000001"),
        ('="17000000001"', "17000000001"),
        (17000000001.0, "17000000001"),
        ("１７０００００００01", "17000000001"),
        ("86010123", "86010123"),
        ("0086-10-12345678", "008610" + "12345678"),
        ("95118", "95118"),
        ("-1", ""),
        (None, ""),
    ],
)
def test_numbers_are_compared_by_their_digits_without_the_country(cell: Cell, digits: str) -> None:
    assert read_number(cell) == digits


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("56", 56),
        ("00:01:26", 86),
        ("1分26秒", 86),
        ("1小时2分3秒", 3723),
        ("1'26''", 86),
        (dt.time(0, 1, 26), 86),
        ("", None),
    ],
)
def test_durations_in_every_writing(cell: Cell, seconds: int | None) -> None:
    assert read_seconds(cell) == seconds


@pytest.mark.parametrize(
    "text", ["2026年10月12日 22时47分05秒", "2026/10/12 22:47:05", "20261012224705", "2026-10-12T22:47:05"]
)
def test_times_in_every_writing(text: str) -> None:
    assert read_time(text, year=None, now=NOW) == at("2026-10-12 22:47:05")


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30 10:00:00", "2026-10-12 24:00:00", "2026-10-12 10:61"]
)
def test_a_time_that_is_none_is_a_fault(text: str) -> None:
    with pytest.raises(CellFault):
        read_time(text, year=None, now=NOW)
