"""What a Confluence holds, in an SQLite file."""

from publisher.sandbox.store.bodies import as_data_center, mark_text, rewrite_storage
from publisher.sandbox.store.store import Store
from publisher.sandbox.store.values import ACCOUNT, MAX_ID, VIEWER, Refused, Row

__all__ = ["ACCOUNT", "MAX_ID", "VIEWER", "Refused", "Row", "Store", "as_data_center", "mark_text", "rewrite_storage"]
