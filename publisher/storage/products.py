"""What Cloud and Data Center can hold, and how each wants a few things written (docs/storage-format.md#products)."""

from collections.abc import Mapping

from msgspec import Struct

from publisher.storage.languages import ALIASES
from publisher.storage.rules import CLOUD_RULES, DATACENTER_RULES, Kind, NestingRules, Place

_CLOUD_LANGUAGES = """
abap actionscript ada applescript arduino autoit bash c c++ clojure coffeescript coldfusion csharp
css cuda d dart delphi diff docker dockerfile elixir erlang fortran foxpro gherkin go graphql groovy
handlebars haskell haxe hcl html java javafx javascript js json jsx julia kotlin ksh latex
livescript lua markdown mathematica matlab mysql nginx none objective-c objective-j ocaml octave
pascal perl php plaintext postgres powershell prolog protobuf puppet py python qml r racket
restructuredtext ruby rust sass scala scheme sh shell smalltalk splunk-spl sql standardml swift tcl
terraform tex text toml ts tsql tsx typescript vala vbnet verilog vhdl visualbasic xml xquery yaml
yml zsh
"""
_DATACENTER_LANGUAGES = """
actionscript3 applescript bash c# csharp coldfusion cpp css delphi diff erl groovy xml java jfx javafx js javascript php
perl text none powershell py python ruby sql sass scala vb yml yaml
"""
#: Languages → the nearest that Data Center knows; it shows an error box in place of the code for any other.
_DATACENTER_NEAREST = {
    "json": "js", "jsonc": "js", "json5": "js", "jsx": "js", "ts": "js", "tsx": "js", "typescript": "js", "mjs": "js",
    "cjs": "js", "node": "js", "sh": "bash", "shell": "bash", "zsh": "bash", "ksh": "bash", "console": "bash", "fish": "bash",
    "shell-session": "bash", "terminal": "bash", "html": "xml", "xhtml": "xml", "svg": "xml", "vue": "xml", "xquery": "xml",
    "svelte": "xml", "astro": "xml", "kotlin": "java", "kt": "java", "go": "cpp", "golang": "cpp", "rust": "cpp", "rs": "cpp",
    "c": "cpp", "c++": "cpp", "cs": "csharp", "d": "cpp", "swift": "cpp", "dart": "java", "rb": "ruby", "erlang": "erl",
    "elixir": "erl", "visualbasic": "vb", "vbnet": "vb", "ps1": "powershell", "bat": "powershell", "pascal": "delphi",
    "mysql": "sql", "postgres": "sql", "tsql": "sql", "scss": "sass", "less": "css", "python3": "py", "javafx": "jfx",
    "actionscript": "actionscript3", "gradle": "groovy", "dockerfile": "bash", "docker": "bash", "makefile": "bash",
    "text": "text", "plaintext": "text", "toml": "text", "markdown": "text", "handlebars": "xml", "restructuredtext": "text",
    "objective-c": "cpp", "cuda": "cpp", "arduino": "cpp", "haxe": "actionscript3", "vala": "csharp", "lua": "text",
    "coffeescript": "js", "livescript": "js", "ocaml": "text", "clojure": "text",
}  # fmt: skip

#: Languages that are no code.
_PLAIN = {"text", "plaintext", "none", ""}


class Product(Struct, frozen=True):
    """``unknown``: the language of code that the product cannot colour; empty leaves the parameter out.

    ``rules``: what it holds where; what it does not is dropped, or freezes the page. ``macro_titles``: panels and
    code show a title of their own. ``captions``: images have one. ``document_format``: there are ADF nodes.
    ``layout_wraps_page``: a layout must hold the whole page. ``user``: the attribute that names a person.
    """

    name: str
    languages: frozenset[str]
    nearest: Mapping[str, str]
    unknown: str
    rules: NestingRules
    macro_titles: bool
    captions: bool
    document_format: bool
    layout_wraps_page: bool
    user: str

    def map_language(self, name: str) -> str:
        """The language that the product knows, or the nearest one."""
        lower = name.lower()
        for known in (lower, ALIASES.get(lower, "")):
            if known in self.languages or known in self.nearest:
                return known if known in self.languages else self.nearest[known]
        return self.unknown

    def loses_colours(self, name: str) -> bool:
        """Whether code in this language is shown as plain text, although it is none."""
        plain = ALIASES.get(name.lower(), name.lower()) in _PLAIN
        return bool(name) and not plain and self.map_language(name) == self.unknown

    def forbids(self, kind: Kind, place: Place) -> bool:
        """Whether ``kind`` is lost in ``place``."""
        return self.rules.forbids(kind, place)


def _kinds(text: str) -> frozenset[str]:
    return frozenset(text.split())


CLOUD = Product(
    "cloud",
    _kinds(_CLOUD_LANGUAGES),
    {},
    "",
    CLOUD_RULES,
    macro_titles=False,
    captions=True,
    document_format=True,
    layout_wraps_page=False,
    user="account-id",
)
DATACENTER = Product(
    "datacenter",
    _kinds(_DATACENTER_LANGUAGES),
    _DATACENTER_NEAREST,
    "text",
    DATACENTER_RULES,
    macro_titles=True,
    captions=False,
    document_format=False,
    layout_wraps_page=True,
    user="userkey",
)
PRODUCTS = {product.name: product for product in (CLOUD, DATACENTER)}
