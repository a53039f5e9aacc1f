"""What `docs/archive.md` tells people to type works, and what it shows of a bag is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from complain.archive.bag import write_bag
from fakes.bags import content

TEXT = (Path(__file__).parents[1] / "docs" / "archive.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_the_commands_for_checking_a_bag_pass_on_a_whole_one_and_fail_on_a_changed_one(
    tmp_path: Path,
) -> None:
    bag = write_bag(tmp_path, content())
    commands = re.findall(r"^sha256sum .*$", TEXT, re.MULTILINE)

    assert [subprocess.run(command.split(), cwd=bag).returncode for command in commands] == [0, 0]
    (bag / "data" / "letter.txt").write_bytes(b"x")
    (bag / "bag-info.txt").write_bytes(b"x")
    assert [subprocess.run(command.split(), cwd=bag).returncode for command in commands] == [1, 1]


def test_the_files_that_the_page_shows_are_the_files_of_a_bag(tmp_path: Path) -> None:
    bag = write_bag(tmp_path, content())
    shown = set(re.findall(r"^ {4,8}([\w.-]+\.(?:txt|sha256|json))\b", TEXT, re.MULTILINE))

    assert shown == {path.name for path in bag.rglob("*") if path.is_file()} - {"empty.txt", "01-截图 1.png"}
