"""The directives of MyST, Sphinx, MyST-NB and sphinx-design by what they hold."""

#: They are folded in every dialect.
FOLDED = {"details", "expand", "accordion", "collapse", "spoiler", "dropdown"}
#: Code in every dialect.
CODE = {"code-block", "code", "sourcecode", "code-cell"}
#: Other code, and what is written as code, where a dialect has all directives.
MORE_CODE = CODE | {"parsed-literal", "doctest", "testcode", "testoutput", "prompt"}
#: Diagrams, and the language of their code.
DRAWN = {"mermaid": "mermaid", "graphviz": "graphviz", "digraph": "graphviz", "uml": "plantuml", "plantuml": "plantuml"}
#: What hides its text: from all readers, or from those who set no option for it.
HIDING = {"comment", "todo", "todolist", "testsetup", "testcleanup", "ifconfig"}
#: They are about the site, or about its index.
SILENT = {"toctree", "tableofcontents", "index"}
MORE_SILENT = SILENT | HIDING | {
    "meta", "highlight", "default-role", "role", "bibliography", "sectionauthor", "codeauthor", "currentmodule", "module", "py:module",
    "py:currentmodule", "js:module", "nb-exec-table", "tabularcolumns", "tags",
}  # fmt: skip
#: What they hold is no Markdown, between colons too.
LITERAL = (
    MORE_CODE
    | set(DRAWN)
    | HIDING
    | {"math", "raw", "eval-rst", "csv-table", "literalinclude", "include", "bibliography"}
)
VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
FOLDS = (FOLDED | {"tab-item", "tab", "toggle"}) - {"details"}
#: They only group what they hold; an argument is its title.
GROUPS = {
    "tab-set", "tabs", "grid", "grid-item", "grid-item-card", "card", "container", "div", "sidebar", "margin", "topic", "epigraph",
    "list-table", "exercise", "solution", "theorem", "proof",
}  # fmt: skip
#: Groups whose argument says how they look.
BARE = {
    "grid", "grid-item", "tab-set", "tab-set-code", "tabs", "container", "div", "compound", "hlist", "card-carousel", "aside", "panels",
    "line-block", "rst-class", "carousel", "subfigure", "figure-md",
}  # fmt: skip
QUOTES = {"epigraph", "pull-quote", "highlights", "blockquote"}
CARDS = {"card", "grid-item-card"}
#: Statements with a name of their kind: of sphinx-proof and sphinx-exercise.
STATEMENTS = {
    "theorem", "proof", "lemma", "definition", "criterion", "remark", "conjecture", "corollary", "algorithm", "example", "property",
    "observation", "proposition", "assumption", "axiom", "notation", "exercise", "solution",
}  # fmt: skip
