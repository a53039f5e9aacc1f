"""A person who files from a pack on a phone: sees what the pack's page and the desk's page show, and nothing else.

Machines are quick, so a person's time is counted by the keystroke-level model (Card, Moran & Newell, "The
Keystroke-Level Model for User Performance Time with Interactive Systems", CACM 23(7), 1980): pointing 1.1 s, a mental
step 1.35 s, a key 0.28 s for a person who does not type for a living. Reading is taken at 5 characters a second
(general knowledge, no source).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Dialog, ElementHandle, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

POINT, THINK, KEY, READ = 1.1, 1.35, 0.28, 0.2
_PHONE_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/_phone")
_ACCOUNT = re.compile(r"演练账号 (\S+)，密码 (\S+)。")

# As eyes do: the smallest thing whose text is the label, then the first field after it in reading order.
_BY_LABEL = """label => {
  const plain = text => text.replace(/[\\s*：:]/g, '');
  const shown = element => element.getClientRects().length > 0;
  const named = [...document.querySelectorAll('label, td, legend, span, h2, p, a, div')]
    .filter(element => shown(element) && plain(element.textContent).startsWith(plain(label)));
  named.sort((one, other) => one.textContent.length - other.textContent.length);
  for (const name of named.slice(0, 3)) {
    const inside = name.querySelector('input, textarea, select');
    if (inside) return inside;
    for (const field of document.querySelectorAll('input, textarea, select')) {
      const after = name.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (after && field.type !== 'hidden') return field;
    }
    const before = name.closest('label')?.querySelector('input');
    if (before) return before;
  }
  return null;
}"""
_TICK = """label => {
  const plain = text => text.replace(/[\\s*：:]/g, '');
  return [...document.querySelectorAll('label')]
    .filter(each => each.querySelector('input[type=checkbox], input[type=radio]'))
    .find(each => plain(each.textContent).startsWith(plain(label))) || null;
}"""


@dataclass
class Effort:
    """What it took.

    Attributes:
        seconds: By the model.
        copies: Copy buttons pressed.
        wrong: What did not arrive as it was copied, by field.
        missing: Fields of the pack that the desk's page does not show.
    """

    seconds: float = 0.0
    copies: int = 0
    wrong: list[str] = field(default_factory=list[str])
    missing: list[str] = field(default_factory=list[str])


@dataclass
class Hand:
    """One person with a phone on which both pages are open.

    Attributes:
        context: The phone's browser.
        pack: The pack's page.
        captcha: Reads the picture that the desk shows, as a person does.
        effort: What it took so far.
    """

    context: BrowserContext
    pack: Page
    captcha: Callable[[], str] = lambda: ""
    effort: Effort = field(default_factory=Effort)

    # -- small movements --------------------------------------------------------------------------------------

    # A mental step is counted once for each thing to do; what follows from it is done without one (rule 1 of the model).

    def _spend(self, *, points: int = 0, thoughts: int = 0, keys: int = 0, characters: int = 0) -> None:
        self.effort.seconds += points * POINT + thoughts * THINK + keys * KEY + characters * READ

    def _tap(self, what: Locator | ElementHandle) -> None:
        self._spend(points=1)
        what.scroll_into_view_if_needed()
        what.tap()

    def _type(self, where: ElementHandle, text: str) -> None:
        self._tap(where)
        self._spend(keys=len(text))
        where.fill(text)

    def _switch(self, page: Page) -> None:
        self._spend(points=1)
        page.bring_to_front()

    # -- the way there ----------------------------------------------------------------------------------------

    def open_desk(self) -> Page:
        """Tap the pack's address and get past the log-in with what the pack says."""
        self._spend(characters=len(self.pack.locator("#open").inner_text()))
        with self.context.expect_page() as opened:
            self._tap(self.pack.locator("#open .address a"))
        desk = opened.value
        desk.on("dialog", self._answer)
        desk.wait_for_load_state()
        if "/login" in desk.url:
            self._log_in(desk)
        return desk

    def _answer(self, dialog: Dialog) -> None:
        self._spend(points=1, thoughts=1)
        dialog.accept()

    def _log_in(self, desk: Page) -> None:
        steps = self.pack.locator("#open .how").inner_text()
        account = _ACCOUNT.search(steps)
        if account is None:
            self._confirm_scan(steps)
            desk.bring_to_front()
        else:
            boxes = desk.query_selector_all("form input:not([type=hidden])")
            answers = [account[1], account[2], *([self.captcha()] if len(boxes) > 2 else [])]
            for box, answer in zip(boxes, answers, strict=True):
                self._type(box, answer)
        with desk.expect_navigation():
            self._tap(desk.locator("button.primary"))

    def _confirm_scan(self, steps: str) -> None:
        phone = self._phone(steps)
        with phone.expect_navigation():
            self._tap(phone.locator("form button").first)
        phone.close()

    def _phone(self, steps: str) -> Page:
        address = _PHONE_ADDRESS.search(steps)
        assert address is not None, steps
        phone = self.context.new_page()
        phone.goto(address[0])
        self._spend(points=2, thoughts=1)
        return phone

    def _code(self) -> str:
        phone = self._phone(self.pack.locator("#open .how").inner_text())
        found = re.search(r"验证码 (\d{6})", phone.locator("body").inner_text())
        phone.close()
        assert found is not None
        return found[1]

    # -- the fields -------------------------------------------------------------------------------------------

    def fill(self, desk: Page, files: Path) -> None:
        """Do every field of the pack in its order, and press what the pack says at the end of a page.

        Args:
            desk: The desk's form.
            files: The pack's folder of attachments.
        """
        for part in self.pack.locator("#fill .field, #fill .press").all():
            self._switch(self.pack)
            if "press" in (part.get_attribute("class") or ""):
                self._turn(desk, part.inner_text())
            else:
                self._do(desk, part, files)

    def _turn(self, desk: Page, words: str) -> None:
        button = re.search(r"点“(.+?)”", words)
        assert button is not None
        self._switch(desk)
        with desk.expect_navigation():
            self._tap(desk.get_by_role("button", name=button[1], exact=True))

    def _do(self, desk: Page, part: Locator, files: Path) -> None:
        name = part.locator(".head .name").first.inner_text()
        note = " ".join(part.locator(":scope > .note").all_inner_texts())
        self._spend(thoughts=1, characters=len(name) + len(note))
        if part.locator("button[data-copy]").count():
            self._paste(desk, part, name)
        elif note != "不填。":
            self._by_note(desk, name, note, files)

    def _paste(self, desk: Page, part: Locator, name: str) -> None:
        button = part.locator("button[data-copy]").first
        self._tap(button)
        part.locator("button.copied", has_text="已复制").wait_for()
        copied = str(self.pack.evaluate("navigator.clipboard.readText()"))
        self.effort.copies += 1
        self._switch(desk)
        box = self._field(desk, name)
        if box is None:
            return
        for _time in range(3):  # nothing came: press again, as a person does
            self._tap(box)
            self._spend(points=2)  # press long, then “paste”
            desk.keyboard.press("Control+V")
            with contextlib.suppress(PlaywrightTimeout):
                desk.wait_for_function("box => box.value !== ''", arg=box, timeout=2000)
                break
        if box.input_value() != copied:
            self.effort.wrong.append(name)

    def _field(self, desk: Page, name: str) -> ElementHandle | None:
        found = desk.evaluate_handle(_BY_LABEL, name).as_element()
        if found is None:
            self.effort.missing.append(name)
        return found

    def _by_note(self, desk: Page, name: str, note: str, files: Path) -> None:
        self._switch(desk)
        choice = note.partition("：")[2]
        if note.startswith("上传"):
            self._upload(desk, name, files)
        elif note.startswith("在页面上选"):
            self._choose(desk, name, choice)
        elif note.startswith("选日期"):
            box = self._field(desk, name)
            if box is not None:
                self._type(box, choice)
        elif "获取" in note:
            self._ask_code(desk, name, note)
        else:
            for label in choice.split("、") if note.startswith("勾选") else [name]:
                self._tick(desk, label)

    def _upload(self, desk: Page, name: str, files: Path) -> None:
        box = self._field(desk, name)
        if box is None:
            return
        chosen = sorted(files.iterdir())
        self._spend(points=3 + 2 * len(chosen), thoughts=len(chosen))
        box.set_input_files(chosen)
        desk.wait_for_load_state("networkidle")

    def _choose(self, desk: Page, name: str, choice: str) -> None:
        box = self._field(desk, name)
        if box is not None and box.evaluate("field => field.tagName") == "SELECT":
            self._tap(box)
            self._spend(points=1)
            box.select_option(label=choice)
        else:
            self._tick(desk, choice)

    def _tick(self, desk: Page, label: str) -> None:
        found = desk.evaluate_handle(_TICK, label).as_element()
        if found is None:
            self.effort.missing.append(label)
            return
        self._spend(points=1)
        box = found.query_selector("input")
        assert box is not None
        box.check(force=True)

    def _ask_code(self, desk: Page, name: str, note: str) -> None:
        button = re.search(r"点“(.+?)”", note)
        assert button is not None
        with desk.expect_response(lambda response: response.request.method == "POST"):
            self._tap(desk.get_by_role("button", name=button[1], exact=True))
        code = self._code()
        desk.bring_to_front()
        box = self._field(desk, name)
        if box is not None:
            self._type(box, code)

    def attach(self, desk: Page, files: Path) -> None:
        """Attach the pack's files where the pack has no field for them: at a mail."""
        self._switch(desk)
        self._upload(desk, "附件", files)

    # -- the end ----------------------------------------------------------------------------------------------

    def submit(self, desk: Page) -> str:
        """Press what the pack says, and return the number that the desk shows then."""
        self._switch(self.pack)
        words = self.pack.locator("#after .press").inner_text()
        self._spend(characters=len(words))
        labels = re.findall(r"点“(.+?)”", words)
        self._switch(desk)
        self._tap(desk.get_by_role("button", name=labels[0], exact=True))
        number = desk.locator(".number b").or_(desk.get_by_text("编号：").locator("b")).first
        again = desk.get_by_role("button", name=labels[1], exact=True) if len(labels) > 1 else number
        try:
            number.or_(again).first.wait_for()
        except PlaywrightTimeout:
            raise AssertionError(f"no number is shown:\n{desk.locator('body').inner_text()}") from None
        if again is not number and again.count():
            self._tap(again)
        number.wait_for()
        self._spend(thoughts=2)
        return number.inner_text().strip()

    def command(self, number: str) -> str:
        """Copy the pack's last command and put the number into it."""
        self._switch(self.pack)
        button = self.pack.locator("button[data-copy=command]")
        self._tap(button)
        self.pack.locator("button[data-copy=command].copied").wait_for()
        self.effort.copies += 1
        self._spend(points=2, thoughts=2, keys=len(number) + 1)
        return str(self.pack.evaluate("navigator.clipboard.readText()")).replace("编号", number)
