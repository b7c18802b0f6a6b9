"""A docs folder that uses what a page can depend on, for tests that convert it with and without what a run before kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from publisher.convert.compose import Conversion, convert
from publisher.model.document import Document
from publisher.model.settings import Settings

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9"><rect width="9" height="9"/></svg>'
_FRONT = """---
title: Front {{0}}
labels: [one, Two Words]
confluence:
  page_properties: {Owner: Ann, Since: 2024-01-31}
  table_layout: wide
  properties: {answer: {list: [1, 2.5, null, true]}}
  status: {name: In review, colour: blue}
  restrict: {view: [ann], edit: [ann, bob]}
  variables: {word: local, day: 2024-02-03}
  attachments: [pic.svg]
  ignore: [missing-alt]
---

## Not the title

{{ word }} {{ day }} {{ product }}

| a | b |
|---|---|
| 1 | 2 |
"""

FILES: Mapping[str, str] = {
    "docs/index.md": "![badge](pic.svg)\n\n# Home\n\n[one](part/one.md#deep) [gone](gone.md) [anchor](#nowhere) [[two]]\n",
    "docs/part/index.md": "# Part\n\n[up](../index.md) [two](two.md) [file](../data.csv) [title](title:Home)\n",
    "docs/part/one.md": '# One\n\n## Deep\n\n![pic](../pic.svg) <!-- publisher:ignore missing-alt -->\n\n--8<-- "shared.md"\n',
    "docs/part/two.md": '---\nconfluence:\n  order: 2\n---\nTwo has no heading first\n\n# Two\n\n--8<-- "shared.md"\n',
    "docs/part/shared.md": "shared {{ product }}\n",
    "docs/front.md": _FRONT,
    "docs/broken.md": '# Broken\n\n```\nopen\n\n--8<-- "nothing.md"\n\n<div>\n\n&copy; &lt; \u00e9\u4e2d\U0001f600 :smile:\n',
    "docs/math.md": "# Math *a* `b` [c](index.md)\n\n## {status:red|No} ![alt](pic.svg)\n\n$a^2$\n\n$$\nx\n$$\n\n```mermaid\ngraph TD\n```\n\n- [x] done\n- [ ] @ann AB-1\n\n[^1]\n\n[^1]: note\n",
    "docs/blog.md": "---\nconfluence:\n  type: blogpost\n  date: 2024-03-01\n---\n# Post\n\n[home](index.md)\n",
    "docs/hint.md": "# Hint\n\n```macro\nname: hint\nparameters: {owner: ann}\n---\ntext\n```\n",
    "docs/same/a.md": "# Same\n",
    "docs/same/b.md": "# Same\n\n[other](a.md)\n",
    "docs/latin.md": "# Fine\n",
    "docs/pic.svg": _SVG.format(40),
    "docs/data.csv": "a,b\n",
    "templates/hint.xml.j2": '{#- hint: owner, body. -#}\n<p>{% include "parts/line.xml.j2" %} {{ owner }}</p>{{ body }}',
    "templates/parts/line.xml.j2": "<strong>hint</strong>",
    **{f"docs/more/p{n}.md": f"# More {n}\n\nwords [next](p{(n + 1) % 12}.md#end) {n}\n\n## End\n" for n in range(12)},
}
OPTIONS: Mapping[str, Any] = {
    "dialect": "gfm",
    "variables": {"product": "Rocket"},
    "people": {"ann": "a1"},
    "jira_projects": ("AB",),
    "syntax": ("+includes", "+wikilinks", "+math"),
    "diagrams": {"mermaid": "code", "math": "code"},
    "labels_from": ("tags",),
}


def write_files(root: Path, files: Mapping[str, str] = FILES) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def settings_of(root: Path, cache: Path | None, **more: Any) -> Settings:
    values = {"templates": str(root / "templates"), **OPTIONS, **more, "cache": str(cache) if cache else ""}
    return Settings.of(root / "docs", **values)


#: Fields of a document of which facts hold a part.
_PARTS = {"blocks", "links", "images", "outline", "front_matter"}


def facts(document: Document) -> dict[str, Any]:
    """Everything of a document, whether it was parsed just now or its facts were kept. A new field of it is compared."""
    front = replace(document.front_matter, variables={})  # nothing reads them once the text is parsed
    return {
        **{name: value for name, value in asdict(document).items() if name not in _PARTS},
        "front": front,
        "blocks": list(document.blocks),
        "links": [(link.href, link.line) for link in document.links],
        "images": [(image.src, image.alt, image.line) for image in document.images],
    }


def seen(conversion: Conversion) -> dict[str, Any]:
    """All that anybody can see of a conversion."""
    return {
        "pages": list(conversion.rendered.pages.items()),
        "problems": conversion.problems,
        "unreadable": conversion.unreadable,
        "documents": {key: facts(p.document) for key, p in conversion.tree.pages.items() if p.document},
        "titles": [(p.key, p.title, p.alternatives, p.position, p.place) for p in conversion.tree.pages.values()],
    }


def both(root: Path, cache: Path, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """(without, with) what runs before have kept in ``cache``."""
    return seen(convert(settings_of(root, None, **more))), seen(convert(settings_of(root, cache, **more)))
