"""Pieces of every syntax, to be put together at random: most of it makes no sense, as documents do."""

PIECES = [
    "!!! note \"T\"\n", "??? tip\n", "::: warning T\n", ":::\n", "/// details | X\n", "///\n", '=== "tab"\n', "    ", "\n", "\n\n",
    "> ", "> [!NOTE]- T\n", "- ", "- [x] ", "1. ", "| a | b |\n|---|:-:|\n| 1 | 2 |\n", "```py title=\"x\"\n", "```\n", "# H {#id}\n", "term\n: def\n",
    "**b**", "*", "`c`", "[l](u.md#x)", "![i](p.png){width=3}", "[[Page#H|l]]", "![[i.png|30]]", "==m==", "~s~", "^s^", "++ctrl+c++", "{++a++}",
    "{{< x a=\"b\" >}}\n", "{{< /x >}}\n", "{{#include a}}\n", "--8<-- \"a\"\n", "%%c%%", "$m$", ":smile:", "[^1]", "[^1]: note [^2]\n", "*[HTML]: x\n", "<div>",
    "</div>", "<table><tr><td>x", "<ul><li>y", "<details><summary>s</summary>\n", "</details>\n", "<b><i>z</b>", "<script>", "&amp;&copy", "<!-- c -->", "{ .a }", "text",
    ":::: columns\n::: column\n", "::: excerpt\n", "::: panel T {bg=#ff0000 icon=x}\n", "{toc:maxLevel=2}\n", "{include:a.md}\n", "@ada", "ABC-1",
    "@2026-01-31", "{anchor:x}", "{jira:ABC-2}", "{status:red|x}", "$$\nx\n$$\n", "```mermaid\n", "{% note %}\n", "{% endnote %}\n", "{! a.md !}",
    "<td><ul><li>", "<dl><dt>t<dd>d", "<div class='admonition'>", "<a name=x></a>", "::: a.b.c\n", "{layout=wide}\n", "{{ version }}",
    "<!-- publisher:skip -->\n", "<!-- publisher:end -->\n", "![a](b.png =3x4)", "- [ ] t\n    - u\n", "```macro\nname: info\n---\nx\n```\n",
]  # fmt: skip
