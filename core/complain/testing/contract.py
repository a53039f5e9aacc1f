"""`ChannelContract`: the conformance kit as a pytest class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from complain.channels.form import FormChannel
from complain.channels.mail import MailChannel
from complain.testing.live import LiveServer
from complain.testing.running import run_check
from complain.testing.subjects import HasNoForm, Subject, channel_of, installed
from complain.testing.trial import Bench


class ChannelContract:
    """What every channel must stand. Subclass it and name the channel::

        class TestHelpdesk(ChannelContract):
            definition = Path(__file__).parent / "form.toml"

    or ``channel = "helpdesk"`` for one that is installed; `MailContract` is the same for one by mail. A browser is started once per class; nothing is asked
    of the network beyond this computer. The form is drawn from the definition; override `live` to try the channel
    on a server of your own instead.

    Attributes:
        definition: Path of a ``form.toml``.
        channel: Id of an installed channel, in place of it.
    """

    definition: ClassVar[Path | None] = None
    channel: ClassVar[str] = ""

    def make_channel(self) -> Subject:
        """Return the channel; override it for one that needs arguments."""
        if self.definition is not None:
            return FormChannel(self.definition)
        return channel_of(self.channel)

    @pytest.fixture(scope="class")
    @classmethod
    def live(cls) -> Iterator[LiveServer | None]:
        """Start a server of the author's own and yield it; by default there is none."""
        yield None

    @pytest.fixture(scope="class")
    @classmethod
    def bench(cls, tmp_path_factory: pytest.TempPathFactory, live: LiveServer | None) -> Iterator[Bench]:
        """One browser and one folder for all checks of the class."""
        with Bench(tmp_path_factory.mktemp("contract"), live=live) as bench:
            yield bench

    def _stands(self, name: str, bench: Bench) -> None:
        try:
            channel = self.make_channel()
        except HasNoForm as error:
            pytest.skip(error.message)
        verdict = run_check(name, bench, channel)
        if verdict.state == "skipped":
            pytest.skip(verdict.sentence)
        assert verdict.passed, verdict.sentence

    def test_the_definition_has_no_mistake(self, bench: Bench) -> None:
        self._stands("lint", bench)

    def test_a_dry_run_sends_nothing(self, bench: Bench) -> None:
        self._stands("dry-run", bench)

    def test_it_files_once_with_every_value_as_planned(self, bench: Bench) -> None:
        self._stands("files", bench)

    def test_a_button_that_sends_twice_files_once(self, bench: Bench) -> None:
        self._stands("twice", bench)

    def test_a_connection_cut_after_storing_is_unknown(self, bench: Bench) -> None:
        self._stands("cut", bench)

    def test_what_a_cut_left_unknown_is_found_by_looking(self, bench: Bench) -> None:
        self._stands("reconcile", bench)

    def test_a_trimmed_value_is_noticed_before_anything_is_sent(self, bench: Bench) -> None:
        self._stands("trimmed", bench)

    def test_a_letter_over_the_limit_is_refused_and_not_cut(self, bench: Bench) -> None:
        self._stands("too-long", bench)

    def test_what_is_typed_reaches_no_other_origin(self, bench: Bench) -> None:
        self._stands("origins", bench)

    def test_a_receipt_number_is_never_made_up(self, bench: Bench) -> None:
        self._stands("receipt", bench)

    def test_a_refusal_is_told_as_a_refusal(self, bench: Bench) -> None:
        self._stands("refusal", bench)

    def test_a_question_to_a_person_is_told_as_one(self, bench: Bench) -> None:
        self._stands("challenge", bench)

    def test_a_secret_stands_in_no_file(self, bench: Bench) -> None:
        self._stands("secrets", bench)


class MailContract(ChannelContract):
    """What every mail channel must stand, at a mail server on loopback; what only a form can be asked is skipped.

    Subclass it with ``channel = "council"``, or override `make_channel`. A browser prints the letter, once.
    """

    def test_no_line_and_no_address_is_smuggled_in(self, bench: Bench) -> None:
        self._stands("headers", bench)

    def test_a_letter_cut_in_the_middle_leaves_nothing_behind(self, bench: Bench) -> None:
        self._stands("broken-off", bench)

    def test_a_file_over_the_limits_is_left_out_and_said(self, bench: Bench) -> None:
        self._stands("attachments", bench)


def contracts() -> dict[str, type[ChannelContract]]:
    """Return one test class per installed channel by form or mail, for ``globals().update(contracts())`` in a test file."""
    classes: dict[str, type[ChannelContract]] = {}
    for identity, subject in installed().items():
        name = "Test" + "".join(part.title() for part in identity.replace("_", "-").split("-"))
        if isinstance(subject, MailChannel):
            classes[name] = type(name, (MailContract,), {"channel": identity})
        else:
            classes[name] = type(name, (ChannelContract,), {"channel": identity})
    return classes
