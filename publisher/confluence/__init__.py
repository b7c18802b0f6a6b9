"""The wire to Confluence."""

import sys

# Where rich is installed, httpx imports its own command line, and with it as much again as itself. Nobody here calls that.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: "is not there", which httpx expects
