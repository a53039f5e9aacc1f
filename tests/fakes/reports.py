"""Builders for reports, and a way to read a page as a browser sees it. All persons and companies are invented."""

from __future__ import annotations

import datetime as dt
import gettext
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages import mofile, pofile
from PIL import Image
from playwright.sync_api import Browser, Playwright, Route

from complain import i18n
from complain.handover import EntryPoint, HandoverField, HandoverSheet
from complain.model import Attachment, Outcome
from complain.reports.pack_content import PackCall, PackContent, PackLetter
from complain.reports.preview import PreviewChannel, PreviewField, PreviewReport

PHONE = "13800138000"
EMAIL = "xiaozhou.lin@example.com"
NAME = "林晓舟"
SCRIPT = '<script>document.title="pwned"</script><img src="http://127.0.0.1:59999/x.png" onerror="document.title=1">'
LETTER = (
    f"投诉书\n\n投诉人：{NAME}，手机号 {PHONE}，电子邮箱 {EMAIL}。\n"
    f"一、2026-11-03 09:12，号码 021-55550123 致电本人同事。（亲历）\n{SCRIPT}\n"
    + "二、请求停止联系与本人债务无关的第三人，并书面答复处理结果。"
    * 20
)
SHORT_LETTER = f"投诉人{NAME}请求停止联系与本人债务无关的第三人，并书面答复。"
DAY = dt.date(2026, 11, 23)


def picture(width: int = 640, height: int = 480) -> bytes:
    """Return a small PNG."""
    file = io.BytesIO()
    Image.new("L", (width, height), 200).save(file, "PNG")
    return file.getvalue()


def attachment(folder: Path, name: str = "通话截图.png", data: bytes = b"picture") -> Attachment:
    """Write a file and return it as an attachment."""
    path = folder / name
    path.write_bytes(data)
    return Attachment(path, name, "image/png", len(data), hashlib.sha256(data).hexdigest(), "11月3日通话")


def fields() -> tuple[PreviewField, ...]:
    """Return the fields of a form of two pages."""
    return (
        PreviewField(1, "姓名", NAME, "{{ complainant.name }}", sensitive=True),
        PreviewField(1, "手机号", PHONE, "{{ complainant.phone }}", sensitive=True),
        PreviewField(2, "问题描述", LETTER, "{{ letter }}", sensitive=False),
        PreviewField(2, "短信验证码", "", "", sensitive=False, note="等您输入"),
    )


def channel(**changes: object) -> PreviewChannel:
    """Return a filled form."""
    values: dict[str, object] = {
        "id": "website",
        "title": "平台网站投诉",
        "address": "https://www.example.cn/complaints",
        "verified": None,
        "outcome": Outcome.PREPARED,
        "pictures": (picture(),),
        "fields": fields(),
        "letter": LETTER,
        "letter_name": "platform/full",
    }
    return PreviewChannel(**{**values, **changes})  # type: ignore[arg-type]


def report(
    *channels: PreviewChannel, stage: int = 1, dry_run: bool = True, practice: bool = False
) -> PreviewReport:
    """Return a preview of one stage."""
    made_at = dt.datetime(2026, 11, 23, 2, 15, tzinfo=dt.UTC)
    return PreviewReport("2026-11-a", "run-1", made_at, stage, dry_run, practice, channels or (channel(),))


def sheet(**changes: object) -> HandoverSheet:
    """Return a hand-over sheet."""
    entry = EntryPoint(
        kind="site",
        how="官网投诉页",
        certainty="C",
        seen=DAY,
        source="某网页",
        address="https://www.example.cn/",
    )
    values: dict[str, object] = {
        "id": "website",
        "title": "平台网站投诉",
        "stage": 1,
        "body": "institution",
        "recipient": "客服部门",
        "receipt": "工单编号",
        "where": "我的投诉",
        "entries": (entry,),
        "fields": (
            HandoverField("姓名", "{{ complainant.name }}"),
            HandoverField("问题描述", "{{ letter }}"),
        ),
    }
    return HandoverSheet(**{**values, **changes})  # type: ignore[arg-type]


def call() -> PackCall:
    """Return what is in sight during a call."""
    return PackCall(
        script="您好，我要登记一件投诉。",
        questions=("请问投诉编号？", "多久答复？", "由哪个部门处理？", "可否短信告知？"),
        facts=(("姓名", NAME), ("登记手机", PHONE)),
        events=("2026年11月3日9:12，致电本人同事。",),
        demands=("书面答复",),
    )


def pack(**changes: object) -> PackContent:
    """Return the content of a pack."""
    values: dict[str, object] = {
        "channel": "website",
        "title": "平台网站投诉",
        "case_id": "2026-11-a",
        "fields": fields(),
        "sheet": sheet(),
        "letter": LETTER,
        "letters": (PackLetter("platform/short", SHORT_LETTER),),
        "reason": "页面要求图形验证码。",
    }
    return PackContent(**{**values, **changes})  # type: ignore[arg-type]


@contextmanager
def chinese(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Speak Chinese as every catalogue under ``locale`` has it, compiled or not."""
    whole = pofile.read_po(io.BytesIO(b""), locale="zh_CN")
    for path in sorted(Path(i18n.LOCALE_DIR).rglob("*.po")):
        with path.open("rb") as file:
            for message in pofile.read_po(file, locale="zh_CN"):
                if message.id:
                    whole.add(message.id, message.string)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, whole)
    compiled.seek(0)
    with monkeypatch.context() as patch:
        patch.setattr(i18n, "_translations", gettext.GNUTranslations(compiled))
        yield


# Fonts share a glyph between a character and its radical, and the text of a PDF may name either.
_RADICALS = str.maketrans(
    "⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳", "见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟"
)


def as_printed(text: str) -> str:
    """Return a text so that it can be looked for in the text of a PDF: no spaces, no radicals."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).translate(_RADICALS))


def start_browser(playwright: Playwright) -> Browser:
    """Start the machine's Chromium, or Playwright's own where there is none."""
    installed = Path("/usr/bin/chromium")
    return playwright.chromium.launch(
        executable_path=installed if installed.exists() else None, chromium_sandbox=False
    )


def refuse_and_note(requests: list[str]) -> Callable[[Route], None]:
    """Return a route handler that lets only the page's own file through and notes everything else."""

    def handle(route: Route) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
            return
        requests.append(route.request.url)
        route.abort()

    return handle
