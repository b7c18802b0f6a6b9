"""Languages of code blocks: what Cloud's editor knows, and the nearest one for some that it does not (reference, 7)."""

_KNOWN = """
abap actionscript ada applescript arduino autoit bash c c++ clojure coffeescript coldfusion csharp
css cuda d dart delphi diff docker dockerfile elixir erlang fortran foxpro gherkin go graphql groovy
handlebars haskell haxe hcl html java javafx javascript js json jsx julia kotlin ksh latex
livescript lua markdown mathematica matlab mysql nginx none objective-c objective-j ocaml octave
pascal perl php plaintext postgres powershell prolog protobuf puppet py python qml r racket
restructuredtext ruby rust sass scala scheme sh shell smalltalk splunk-spl sql standardml swift tcl
terraform tex text toml ts tsql tsx typescript vala vbnet verilog vhdl visualbasic xml xquery yaml
yml zsh
"""
KNOWN = frozenset(_KNOWN.split())
NEAREST = {
    "console": "shell",
    "shell-session": "shell",
    "terminal": "shell",
    "fish": "shell",
    "jsonc": "json",
    "json5": "json",
    "cpp": "c++",
    "cs": "csharp",
    "c#": "csharp",
    "md": "markdown",
    "mdx": "markdown",
    "txt": "text",
    "ini": "toml",
    "rs": "rust",
    "rb": "ruby",
    "kt": "kotlin",
    "ps1": "powershell",
    "golang": "go",
    "scss": "sass",
    "less": "css",
    "svg": "xml",
    "vue": "html",
    "xhtml": "html",
    "jinja": "html",
    "properties": "toml",
    "tf": "hcl",
    "proto": "protobuf",
    "mjs": "javascript",
    "cjs": "javascript",
    "bat": "powershell",
    "node": "javascript",
    "svelte": "html",
    "astro": "html",
}


def map_language(name: str) -> str:
    """The language for Cloud; empty (leave the parameter out) if there is none."""
    lower = name.lower()
    return lower if lower in KNOWN else NEAREST.get(lower, "")
