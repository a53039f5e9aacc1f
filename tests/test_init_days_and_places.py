"""Days as people say them, and folders that others may see."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complain.case.begin import begin
from complain.case.place import folder_warnings
from complain.case.said_time import said_day, said_moment
from fakes.person import FULL, NOW, Person, Store, talk_to


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


# -- days as people say them --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("昨天晚上10点半", "2026-11-22T22:30:00+08:00"),
        ("10月12日 22:47", "2026-10-12T22:47:00+08:00"),
        ("10/12 早上9:05", "2026-10-12T09:05:00+08:00"),
        ("2026年10月12日下午3点5分", "2026-10-12T15:05:00+08:00"),
        ("2026-10-12T22：47", "2026-10-12T22:47:00+08:00"),
        ("2026-10-12", "2026-10-12"),
        ("今天", "2026-11-23"),
        ("大前天", "2026-11-20"),
        ("12月1日", "2025-12-01"),
        ("2-29", "2024-02-29"),
        ("昨晚十点半", "2026-11-22T22:30:00+08:00"),
        ("今早六点一刻", "2026-11-23T06:15:00+08:00"),
        ("十月二十号晚上九点四十七分", "2026-10-20T21:47:00+08:00"),
        ("二〇二六年十一月二日 中午十二点零五分", "2026-11-02T12:05:00+08:00"),
    ],
)
def test_days_and_times_are_understood_as_they_are_said(said: str, meant: str) -> None:
    moment = said_moment(said, NOW)

    assert moment is not None and moment.isoformat() == meant


@pytest.mark.parametrize(
    "said",
    [
        "昨天半夜1点",
        "前晚两点半",
        "十十月一日",
        "昨天晚上12点",
        "2026-02-30",
        "13-1",
        "昨天 25:00",
        "昨天 9:75",
        "abc",
        "",
        "9:05",
    ],
)
def test_what_leaves_open_which_moment_it_was_is_not_guessed(said: str) -> None:
    assert said_moment(said, NOW) is None


@given(st.dates(dt.date(2000, 1, 1), dt.date(2026, 11, 23)))
def test_a_day_without_a_year_never_lies_in_the_future(day: dt.date) -> None:
    found = said_day(f"{day.month}月{day.day}日", NOW)

    assert found is not None and (found.month, found.day) == (day.month, day.day)
    assert found <= dt.date(2026, 11, 23)


# -- where the folder lies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "count"),
    [
        ("OneDrive/Documents/matter", 1),
        ("坚果云/matter", 1),
        ("Library/Mobile Documents/com~apple~CloudDocs/matter", 1),
        ("WeChat Files/wxid_x/FileStorage/matter", 1),
        ("xwechat_files/matter", 1),
        ("Documents/投诉材料", 1),
        ("OneDrive/催收", 2),
        ("Documents/matter", 0),
        ("qqq/matter", 0),
    ],
)
def test_a_folder_that_others_may_see_is_warned_of(tmp_path: Path, place: str, count: int) -> None:
    assert len(folder_warnings(tmp_path / place, {})) == count


def test_a_folder_that_windows_moved_into_onedrive_is_warned_of(tmp_path: Path) -> None:
    assert folder_warnings(tmp_path / "Desktop" / "matter", {"OneDrive": str(tmp_path / "Desktop")})


def test_a_folder_under_one_that_syncthing_marks_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / ".stfolder").mkdir()

    assert folder_warnings(tmp_path / "a" / "b", {})


def test_warnings_are_shown_after_the_questions_about_safety(folder: Path) -> None:
    shown = io.StringIO()
    begin(folder, talk_to(Person(shown, FULL), shown), Store(), ["Synced."])
    text = shown.getvalue()

    assert text.index("share your screen") < text.index("Synced.") < text.index("In which app")
