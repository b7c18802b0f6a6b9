"""What one collection knows of the others of its publisher.yml."""

from pathlib import Path

from msgspec import Struct


class Sibling(Struct, frozen=True):
    """Another collection of the same publisher.yml: what its name is made of."""

    docs: Path
    collection: str
    folder_path: str
    edition: str
