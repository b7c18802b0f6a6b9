"""Every citation in the code leads to a section that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def anchors(page: Path) -> set[str]:
    """Of the headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_citations_lead_somewhere() -> None:
    found, wrong = 0, []
    for folder in ("publisher", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            for page, anchor in re.findall(r"(?<!sample-)(docs/[\w-]+\.md)#([\w-]+)", path.read_text(encoding="utf-8")):
                target = ROOT / page
                found += 1
                if anchor not in anchors(target):
                    wrong.append(f"{path.relative_to(ROOT)}: {page}#{anchor}")
    assert wrong == [] and found > 20


def test_no_citation_has_another_form() -> None:
    """A reader can follow every citation: nothing names a document that is not in the repository."""
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for folder in ("publisher", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".j2"}
        for found in re.finditer(
            r"reference,? (?:section )?[A-H]?\.?\d+|format reference", path.read_text(encoding="utf-8")
        )
    ]
    assert wrong == []
