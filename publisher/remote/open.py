"""The adapter for the product that a session found."""

from publisher.confluence.session import Session
from publisher.remote.cloud import CloudRemote
from publisher.remote.datacenter import DataCenterRemote
from publisher.remote.port import Remote


def open_remote(session: Session, jobs: int) -> Remote:
    """``jobs``: requests at the same time, at most."""
    make = DataCenterRemote if session.flavor == "datacenter" else CloudRemote
    return make(session.client, session.site, jobs)
