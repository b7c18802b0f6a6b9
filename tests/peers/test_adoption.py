"""Pages that the other tools published become ours: same ids, comments alive, and nothing to do afterwards."""

from pathlib import Path

from peers.environments import needs, program, run
from world import World, world

PAGES = {
    "index.md": "# Peer root\n\nHello **x** and [a](sub/a.md)\n",
    "sub/index.md": "# Peer sub\n\ntext\n",
    "sub/a.md": "---\ntitle: Peer a\ntags: [one]\n---\n# Peer a\n\nsome commented words\n",
}


def check_adopted(w: World, compat: str, before: dict[str, int], ref: str) -> None:
    w.publish(compat=compat)
    assert w.ids() == before and w.resolution("Peer a") == {ref: "open"}
    assert w.plan(compat=compat).changes == 0
    w.write({"sub/a.md": PAGES["sub/a.md"] + "\nmore\n"})
    w.publish(compat=compat)
    assert w.ids() == before and w.resolution("Peer a") == {ref: "open"} and "more" in w.page("Peer a")["body"]


@needs("md2conf")
def test_what_md2conf_published(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.write(
            {
                **PAGES,
                "sub/a.md": PAGES["sub/a.md"]
                + "\n<!-- confluence-skip-start -->\nsecret\n<!-- confluence-skip-end -->\n",
            }
        )
        words = ["-d", w.address.removeprefix("http://"), "-p", "/wiki/", "-u", "a@b.c", "-a", "good", "-s", "DOCS"]
        home = w.page("Docs Home")["id"]
        run(
            program("md2conf", "python"),
            "-m",
            "md2conf",
            w.docs,
            *words,
            "--api-url",
            w.address + "/wiki/",
            "-r",
            home,
            "--keep-hierarchy",
        )
        assert "confluence-page-id" in (w.docs / "sub/a.md").read_text()  # it writes into the documents
        ref = w.comment("Peer a", "commented words")
        check_adopted(w, "md2conf", w.ids(), ref)


@needs("md2cf")
def test_what_md2cf_published(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.write(PAGES)
        words = ["--host", w.address + "/wiki/rest/api", "--username", "a@b.c", "--password", "good", "--space", "DOCS"]
        run(program("md2cf", "md2cf"), *words, w.docs)
        ref = w.comment("Peer a", "commented words")
        check_adopted(w, "md2cf", w.ids(), ref)
