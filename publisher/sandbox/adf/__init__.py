"""The editor's document (ADF) from storage format and back, literally: what it does not know it refuses."""

from publisher.sandbox.adf.from_storage import storage_to_adf
from publisher.sandbox.adf.names import Unmappable
from publisher.sandbox.adf.to_storage import adf_to_storage

__all__ = ["Unmappable", "adf_to_storage", "storage_to_adf"]
