"""The channel stands what every channel must stand; it is tried on stand-in forms on this computer."""

from __future__ import annotations

from pathlib import Path

import complain_helpdesk

from complain.testing import ChannelContract


class TestHelpdesk(ChannelContract):
    definition = Path(complain_helpdesk.__file__).with_name("form.toml")
