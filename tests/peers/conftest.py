"""Says which programs of others were not tried."""

from pathlib import Path

import pytest
from peers.environments import PEERS

_LIST = Path(__file__).parent / "peers.txt"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = (line.split() for line in _LIST.read_text().splitlines() if line and not line.startswith("#"))
    wanted = {("node" if name == "npm" else name): requirements for name, *requirements in lines}
    left = [_pinned(requirements) for name, requirements in wanted.items() if not (PEERS / name).is_dir()]
    tried = [_pinned(requirements) for name, requirements in wanted.items() if (PEERS / name).is_dir()]
    if tried:
        terminalreporter.write_line("peers tried: " + ", ".join(tried))
    if left:
        terminalreporter.write_line("PEERS NOT TRIED (PUBLISHER_PEERS): " + ", ".join(left), yellow=True, bold=True)


def _pinned(requirements: list[str]) -> str:
    """The programs themselves, which have a version; the others are what they rest on."""
    return " ".join(item.lstrip("+") for item in requirements if "==" in item or "@" in item[1:])
