"""The pack's folder: every text as a file, attachments in order, and nothing of the person's lost."""

from __future__ import annotations

import dataclasses
import re
from html import unescape
from pathlib import Path

import pytest

from complain.errors import ComplainError
from complain.handover import HandoverField
from complain.model import Action, Draft, MailDraft, PlannedField, PlannedPage
from complain.reports.pack import resolve_command, write_pack
from complain.reports.pack_content import draft_fields, sheet_fields
from complain.reports.preview import PreviewField
from fakes.reports import LETTER, NAME, PHONE, SCRIPT, SHORT_LETTER, attachment, call, pack, sheet


def text_of(path: Path) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8-sig") for path in (folder / "文字").iterdir()}


def test_each_field_lies_beside_the_page_as_a_text_file(tmp_path: Path) -> None:
    write_pack(tmp_path / "p", pack())

    assert texts(tmp_path / "p") == {
        "01-姓名.txt": NAME,
        "02-手机号.txt": PHONE,
        "03-问题描述.txt": LETTER,
        f"03-问题描述-{len(SHORT_LETTER)}字.txt": SHORT_LETTER,
    }


def test_attachments_are_numbered_in_the_order_of_upload(tmp_path: Path) -> None:
    first, second = attachment(tmp_path, "b.png", b"1"), attachment(tmp_path, "a.pdf", b"2")
    awkward = dataclasses.replace(second, name="../" + "长" * 200 + ":?.pdf")

    write_pack(tmp_path / "p", pack(attachments=(first, awkward)))

    folder = tmp_path / "p" / "附件"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "01-b.png": b"1",
        f"02-{'长' * 60}.pdf": b"2",
    }


def test_a_label_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    field = PreviewField(1, "../../outside", "x", "", sensitive=False)

    write_pack(tmp_path / "p", pack(fields=(field,)))

    assert list(texts(tmp_path / "p").values()) == ["x"]
    assert not list(tmp_path.glob("outside*"))


def test_an_attachment_that_changed_since_it_was_prepared_stops_the_pack(tmp_path: Path) -> None:
    file = attachment(tmp_path)
    file.path.write_bytes(b"changed")

    with pytest.raises(ComplainError, match="not the file any more"):
        write_pack(tmp_path / "p", pack(attachments=(file,)))


def test_writing_again_leaves_nothing_of_the_earlier_pack_but_the_call_note(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    write_pack(folder, pack(call=call(), attachments=(attachment(tmp_path),)))
    (folder / "通话记录.txt").write_text("投诉编号：KF-1", encoding="utf-8")

    write_pack(folder, pack(call=call(), fields=pack().fields[:1]))

    assert list(texts(folder)) == ["01-姓名.txt"]
    assert list((folder / "附件").iterdir()) == []
    assert (folder / "通话记录.txt").read_text(encoding="utf-8") == "投诉编号：KF-1"


def test_the_page_says_why_where_what_and_how_to_record_it(tmp_path: Path) -> None:
    text = text_of(write_pack(tmp_path / "p", pack()))

    for expected in (
        "页面要求图形验证码。",
        "官网投诉页",
        "只见于个别网页，未经核实",
        "2026-11-23",
        "从未有人在真实页面上核对过",
        "工单编号",
        "我的投诉",
        "complain resolve 2026-11-a website --filed 编号",
    ):
        assert expected in text


def test_the_command_names_the_case_folder_and_practice() -> None:
    content = pack(case_folder="C:/我的 材料", practice=True)

    assert resolve_command(content) == "complain resolve 'C:/我的 材料' website --filed 编号 --practice"


def test_practice_shows_no_real_way_in_and_no_telephone(tmp_path: Path) -> None:
    page = write_pack(tmp_path / "p", pack(practice=True, call=call(), address="http://127.0.0.1:8601/"))

    text = text_of(page)
    assert "演练（不会发给任何真实机构）" in text
    assert "官网投诉页" not in text
    assert "http://127.0.0.1:8601/" in text
    assert not (tmp_path / "p" / "电话.html").exists()


def test_a_channel_that_is_only_a_telephone_opens_with_the_script(tmp_path: Path) -> None:
    page = write_pack(tmp_path / "p", pack(sheet=sheet(kind="telephone"), call=call()))

    text = text_of(page)
    for expected in (
        "照着说（约 3 秒）",
        "您好，我要登记一件投诉。",
        "请问投诉编号？",
        "可否短信告知？",
        PHONE,
        "通话记录",
    ):
        assert expected in text


def test_where_no_address_may_be_presumed_the_page_asks_for_it(tmp_path: Path) -> None:
    asking = sheet(ask_address="收件邮箱要由您本人查到。")

    assert "收件邮箱要由您本人查到。" in text_of(write_pack(tmp_path / "a", pack(sheet=asking)))
    given = write_pack(tmp_path / "b", pack(sheet=asking, address="a@example.com"))
    assert "收件邮箱要由您本人查到。" not in text_of(given)


def test_a_form_that_brought_no_sheet_still_gets_a_whole_pack(tmp_path: Path) -> None:
    page = write_pack(tmp_path / "p", pack(sheet=None, address="https://www.example.cn/form"))

    text = text_of(page)
    assert "https://www.example.cn/form" in text
    assert LETTER in text


def test_markup_in_a_letter_is_text_on_the_page(tmp_path: Path) -> None:
    page = write_pack(tmp_path / "p", pack())

    assert SCRIPT in text_of(page)
    assert page.read_text(encoding="utf-8").count("<script") == 1


def test_a_value_that_comes_out_empty_is_left_out_but_a_hint_stays() -> None:
    known = {"{{ a }}": "", "{{ b }}": "有"}
    fields = (
        HandoverField("甲", "{{ a }}"),
        HandoverField("乙", "{{ b }}"),
        HandoverField("丙", note="本人填写"),
    )

    filled = sheet_fields(sheet(fields=fields), lambda template: known[template])

    assert [(field.name, field.value) for field in filled] == [("乙", "有"), ("丙", "")]


def test_a_text_over_a_known_limit_is_never_cut_but_told() -> None:
    (field,) = sheet_fields(
        sheet(fields=(HandoverField("标题", "{{ t }}", max=5),)), lambda _template: "六个字的标题"
    )

    assert field.value == "六个字的标题"
    assert "最多 5 字" in field.note
    assert "6 字" in field.note


def test_a_forms_own_labels_and_order_are_kept() -> None:
    pages = (
        PlannedPage((PlannedField("类型", Action.CHOOSE, ("投诉",)),)),
        PlannedPage(
            (PlannedField("验证码", Action.ASK, ask="sms"), PlannedField("同意", Action.CHECK, ("true",)))
        ),
    )

    fields = draft_fields(Draft("website", LETTER, pages=pages))

    assert [(f.page, f.name, f.value) for f in fields] == [
        (1, "类型", ""),
        (2, "验证码", ""),
        (2, "同意", ""),
    ]
    assert fields[0].note == "在页面上选：投诉"
    assert "本人勾选" in fields[2].note


def test_an_identity_number_is_not_written_into_a_file() -> None:
    field = PlannedField(
        "证件号码", Action.VALUE, ("110101199001010014",), source="{{ complainant.id_number }}"
    )

    (shown,) = draft_fields(Draft("regulator", LETTER, pages=(PlannedPage((field,)),)))

    assert shown.value == ""
    assert "本人" in shown.note


def test_a_mail_falls_back_to_address_subject_and_text() -> None:
    mail = MailDraft("me@example.com", "you@example.com", "投诉", "<1@example.com>")

    assert [f.value for f in draft_fields(Draft("association", LETTER, mail=mail))] == [
        "you@example.com",
        "投诉",
        LETTER,
    ]


def test_shorter_letters_come_longest_first_and_never_the_chosen_one() -> None:
    content = pack()
    letters = tuple(dataclasses.replace(content.letters[0], text=text) for text in ("短", "较短的", LETTER))

    assert [letter.text for letter in dataclasses.replace(content, letters=letters).shorter_letters] == [
        "较短的",
        "短",
    ]
