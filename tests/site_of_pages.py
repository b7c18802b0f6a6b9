"""Docs folders of any size, for benches."""

from pathlib import Path


def write_site(docs: Path, count: int) -> None:
    """Folders of 20 pages, with links between them, some to headings, and a picture for every tenth."""
    for number in range(count):
        path = docs / f"part{number // 20}" / f"page{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        other = (number * 7 + 1) % count
        link = f"../part{other // 20}/page{other}.md" + ("#more" if number % 10 == 3 else "")
        rows = "".join(f"| {n} | value {n} |\n" for n in range(5))
        path.write_text(
            f"# Page {number}\n\n{'Some words of a paragraph, *marked* and `code`. ' * 8}\n\n[another page]({link})\n\n"
            f"## More\n\n- one\n- two\n\n| a | b |\n|---|---|\n{rows}\n```python\nprint({number})\n```\n"
        )
    (docs / "index.md").write_text("# Home\n\nwords\n")
