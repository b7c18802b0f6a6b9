"""Which files are attached, and under which names."""

import posixpath
import re
from pathlib import Path

from publisher.model.problem import unreadable
from publisher.storage import digest

#: Media and document types that are attached when a link leads to one; the setting `attach` adds to them.
ATTACHED = {
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".ico", ".mp4", ".webm", ".mov", ".mp3", ".wav", ".pdf", ".doc",
    ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".csv", ".zip", ".gz", ".tgz", ".txt", ".drawio", ".vsdx",
}  # fmt: skip


_MAGIC: dict[str, tuple[bytes, ...]] = {
    ".png": (b"\x89PNG",), ".jpg": (b"\xff\xd8",), ".jpeg": (b"\xff\xd8",), ".gif": (b"GIF8",), ".webp": (b"RIFF",),
    ".bmp": (b"BM",), ".pdf": (b"%PDF",),
}  # fmt: skip


def attachment_name(key: str) -> str:
    """A flat, stable name: the file's own, with a short digest of its folder, so that no two paths collide."""
    folder, name = posixpath.split(key)
    name = re.sub(r'[\\/":?*|<>]', "_", name)
    stem, suffix = posixpath.splitext(name)
    return f"{stem}-{digest(folder)[:6]}{suffix}" if folder else name


def bad_bytes(path: Path, suffix: str = "") -> tuple[str, str] | None:
    """(what is wrong, remedy) if a file cannot be read, or its bytes contradict its name. ``suffix``: of the name, where it has another."""
    suffix = (suffix or path.suffix).lower()
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:  # somebody removes it while we read, or it is not for this account
        return unreadable(error)
    if head.startswith(b"version https://git-lfs"):
        return "is a Git LFS pointer", "run `git lfs pull` first"
    magic = _MAGIC.get(suffix)
    if magic and not head.startswith(magic):
        return f"is no {suffix} file", "replace it, or give it its right name"
    return None
