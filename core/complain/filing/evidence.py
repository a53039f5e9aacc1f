"""What a run saw, kept on disk before the journal speaks of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from complain.durable import make_folder, write_durably


@dataclass
class EvidenceFolder:
    """One attempt's folder of evidence: ``runs/<run>/<channel>/``.

    Attributes:
        path: The folder; made at the first file.
        files: What was saved, name to path.
    """

    path: Path
    files: dict[str, Path] = field(default_factory=dict[str, Path])

    def save(self, name: str, data: bytes) -> None:
        """Write one file durably.

        Args:
            name: File name, without folders.
            data: Its bytes.
        """
        make_folder(self.path)
        target = self.path / name
        write_durably(target, data)
        self.files[name] = target

    def discard(self, name: str) -> None:
        """Take one file away, if it is there: what it says does not hold any more.

        Args:
            name: File name, without folders.
        """
        self.files.pop(name, None)
        with suppress(OSError):  # what lies there and is in no bag says nothing
            (self.path / name).unlink(missing_ok=True)

    def save_text(self, name: str, text: str) -> None:
        """Write one UTF-8 text file durably; half a character, which pages can hold, becomes a question mark."""
        self.save(name, text.encode(errors="replace"))

    def save_json(self, name: str, value: Mapping[str, Any]) -> None:
        """Write one JSON file durably."""
        self.save(name, json.dumps(value, ensure_ascii=False, indent=2, default=str).encode(errors="replace"))
