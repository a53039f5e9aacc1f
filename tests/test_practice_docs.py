"""The practice guide names every desk and every fault, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from complain.practice.faults import KINDS, SECONDS
from complain.practice.people import PROFILES

GUIDE = (Path(__file__).parents[1] / "docs/practice.md").read_text(encoding="utf-8")


def test_the_guide_names_every_desk_with_its_receipts_prefix() -> None:
    rows = {
        match[1]: match[0] for match in re.finditer(r"^\| `([a-z-]+)` \|.*`[A-Z]+-…`.*$", GUIDE, re.MULTILINE)
    }

    assert list(rows) == [profile.channel for profile in PROFILES]
    assert all(f"`{profile.prefix}-…`" in rows[profile.channel] for profile in PROFILES)


def test_the_guide_names_every_fault_with_the_seconds_it_takes_when_none_are_given() -> None:
    table = GUIDE.partition("| Fault |")[2]
    named = dict(re.findall(r"^\| `([0-9a-z-]+)(?:\[=([\d.]+|TIMES)\])?` \|", table, re.MULTILINE))

    assert set(named) == set(KINDS)
    assert {name: named[name] for name, kind in KINDS.items() if kind.unit == SECONDS} == {
        name: f"{kind.default:g}" for name, kind in KINDS.items() if kind.unit == SECONDS
    }
