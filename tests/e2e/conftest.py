"""A browser for the tests of a module."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser import browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as found:
        yield found
