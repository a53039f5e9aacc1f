"""A real (not practised) submission by mail on the command line, from the signature to the number that comes back."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from fakes.cli import Cli, copy_example
from fakes.smtp_faults import FaultySmtp

pytestmark = pytest.mark.browser


class Postman:
    """Takes the letter at the server and lays the answer into the person's own Maildir."""

    def __init__(self, maildir: Path) -> None:
        self.maildir = maildir

    def answer(self, data: bytes) -> None:
        letter = message_from_bytes(data, policy=default)
        answer = EmailMessage()
        answer["From"] = "tousu@example.org"
        answer["In-Reply-To"] = str(letter["Message-ID"])
        answer.set_content("来信已收到。编号：XFZ-2026-000009\n", charset="utf-8")
        (self.maildir / "new").mkdir(parents=True)
        (self.maildir / "new" / "1").write_bytes(answer.as_bytes())


def test_a_real_letter_is_sent_once_its_copy_is_kept_and_its_number_is_read(cli: Cli, tmp_path: Path) -> None:
    case, maildir = copy_example(tmp_path / "case"), tmp_path / "mail"
    submit = ("submit", case, "--channels", "association", "--yes", "--json")
    assert cli("sign", case, stdin="属实\n").exit_code == 0

    with FaultySmtp(on_mail=Postman(maildir).answer) as smtp:
        config = (
            f"[mail]\nhost = '127.0.0.1'\nport = {smtp.port}\nsecurity = 'none'\nmaildir = '{maildir}'\n"
            "[channels.association]\naddress = 'tousu@example.org'\n[browser]\nsandbox = 'off'\n"
        )
        cli.home.mkdir(exist_ok=True)
        (cli.home / "config.toml").write_text(config, encoding="utf-8")
        first, second = cli(*submit), cli(*submit)

    (letter,) = smtp.stored
    (copy,) = (maildir / ".Sent" / "cur").iterdir()
    assert first.outcomes == {"association": "filed"}, first.said
    assert first.json["filings"][0]["receipt"]["number"] == "XFZ-2026-000009"
    assert second.outcomes == {"association": "skipped"}, second.said
    assert copy.read_bytes() == letter
    assert cli("receipts", "verify").exit_code == 0
    assert cli("track", case, "--json").json["filings"][0]["mails"] == [], "the answer is kept already"
