"""What a stand-in was given, in the order in which it came, in memory and in a file that outlives every process."""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One message for one endpoint, and what was answered. `at_s` is in seconds of the ledger's clock."""

    service: str
    address: str
    collapse_id: str
    status: int
    accepted: bool
    at_s: float
    payload: Mapping[str, Any]
    headers: Mapping[str, str]


class Ledger:
    """Lines are whole once they are written: whoever reads the file sees no half of one."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if path else None
        self.entries: list[Entry] = []
        self.clock_s: Callable[[], float] = time.time

    def add(self, entry: Entry) -> None:
        with self._lock:
            self.entries.append(entry)
            if self._file is not None:
                os.write(self._file, json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n")

    @property
    def accepted(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.accepted]


def read(path: Path) -> list[Entry]:
    """Return what was written to the file."""
    return [Entry(**json.loads(line)) for line in path.read_text().splitlines()]
