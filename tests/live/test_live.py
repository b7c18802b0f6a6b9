"""Against a real site. Opt-in: ``PUBLISHER_LIVE_SPACE=KEY``, with the login as always (CONFLUENCE_URL, …).

What the site answers is recorded into ``recordings/``, without secrets and names; see ``test_recordings.py``.
"""

import os
import uuid
from pathlib import Path

import pytest
from live.recording import Recorder
from live.story import Story

from publisher.confluence.connect import connect
from publisher.confluence.network import NetworkTransport
from publisher.confluence.operations.client import Confluence
from publisher.confluence.session import Wire
from publisher.confluence.settings import ConnectionSettings, Network

SPACE = os.environ.get("PUBLISHER_LIVE_SPACE", "")
RECORDINGS = Path(__file__).with_name("recordings")


@pytest.mark.skipif(not SPACE, reason="needs a site: set PUBLISHER_LIVE_SPACE to the key of a space, and the login")
def test_the_story_of_a_site(tmp_path: Path) -> None:
    wire = Recorder(NetworkTransport(Network()))
    for secret in ("TOKEN", "USER", "CLIENT_ID", "CLIENT_SECRET"):
        if os.environ.get(f"CONFLUENCE_{secret}"):
            wire.redaction.name(secret.lower(), os.environ[f"CONFLUENCE_{secret}"])
    settings = ConnectionSettings(
        url=os.environ.get("CONFLUENCE_URL", ""),
        user=os.environ.get("CONFLUENCE_USER", ""),
        token=os.environ.get("CONFLUENCE_TOKEN", ""),
        flavor=os.environ.get("CONFLUENCE_FLAVOR", "auto"),
    )
    session = connect(settings, Wire(transport=wire))
    wire.redaction.name("space", SPACE)
    with Confluence.of(session) as confluence:
        name = f"Publisher live test {uuid.uuid4().hex[:8]}"
        wire.redaction.known[name] = "Publisher live test"
        Story(confluence, SPACE, name, lambda step: setattr(wire, "step", step)).run(tmp_path)
    wire.write(RECORDINGS / f"{session.flavor}.json")
