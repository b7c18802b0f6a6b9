"""Options of the test run."""

import os
from collections import Counter

import pytest
from hypothesis import settings

#: Tests that count what is parsed must not find what an earlier run has kept; those of the cache name a folder.
os.environ["PUBLISHER_CACHE"] = "off"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="long sweeps and fuzzing in full, not their fixed share")
    parser.addoption("--update-golden", action="store_true", help="rewrite tables and expected files from the code")


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full"))


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


def pytest_configure(config: pytest.Config) -> None:
    """Without ``--full``, the examples are the same on every run, so that what passes here passes elsewhere."""
    settings.register_profile("share", deadline=None, max_examples=150, derandomize=True)
    settings.register_profile("full", deadline=None, max_examples=5000)
    settings.load_profile("full" if config.getoption("--full") else "share")


#: Folders of tests that run the same code again and again: coverage does not watch them, which halves their time.
_SWEEPS = {"property", "faults", "editor"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name in _SWEEPS:
            item.add_marker("no_cover")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the end which tests did not run, and why: a skipped check must not pass for a passed one."""
    counts = Counter(str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr)
    for reason, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count} not run: {reason.removeprefix('Skipped: ')}", yellow=True)
