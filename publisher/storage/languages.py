"""Names of code languages: the aliases of Prism, of GitHub and of editors → the name that Confluence Cloud has, or nearest to it.

Where Data Center knows fewer languages, ``products`` says which one is near to these.
"""

_TABLE = """
bash: bash-session shellscript shell-script sh-session bashrc
shell: console shell-session terminal fish cmdline makefile make mk just justfile env dotenv
powershell: ps1 pwsh posh ps psm1 psd1 bat batch cmd dosbatch dos winbatch
python: python3 python2 py3 py2 pycon ipython ipython3 pyi starlark bazel bzl gyp sage
javascript: node nodejs mjs cjs ecmascript es6 react js-vue javascript-vue
typescript: mts cts deno ts-vue typescript-vue
json: jsonc json5 jsonl ndjson geojson webmanifest topojson har avsc composer-lock json-with-comments
html: htm xhtml markup vue svelte astro jinja jinja2 j2 django twig liquid erb ejs njk nunjucks gotmpl go-template razor cshtml haml pug jade angular vue-html go-html-template gohtml gohtmltmpl htmldjango html+jinja html+django html+erb html+php angular-html angular-ts
xml: svg mathml ssml atom rss xsl xslt xsd wsdl plist pom csproj xaml dtd
yaml: k8s kubernetes docker-compose compose helm ansible eyaml sls cff
toml: ini cfg conf config properties editorconfig gitconfig desktop systemd dosini hgrc
text: txt plain plain-text textfile output log logs text-only ascii none-text http https curl regex csv tsv gitignore ignore dockerignore tree treeview filetree file-tree go-text-template gotexttmpl
c++: cpp cc cxx hpp hh hxx h++ cplusplus arduino-cpp glsl hlsl
c: h objc-header
csharp: cs c# dotnet csx
visualbasic: vb vba visual-basic vbscript vbs
vbnet: vb.net
objective-c: objc objectivec obj-c objective-c++ objc++ mm
rust: rs
ruby: rb jruby gemfile rake podfile irb crystal
kotlin: kt kts
go: golang
swift: swiftui
groovy: gradle jenkinsfile gvy gy gsh
scala: sbt sc
haskell: hs lhs purescript purs elm idris agda
elixir: ex exs heex eex
erlang: hrl escript
clojure: clj cljs cljc edn hylang
ocaml: ml mli fs fsx fsharp f# reason re rescript
scheme: lisp elisp emacs-lisp common-lisp commonlisp clisp scm ss
racket: rkt
r: rscript splus s
julia: jl
perl: pl pm perl6 raku
php: phtml php3 php4 php5 php7 php8 blade hack
coffeescript: coffee cson
livescript: ls
css: less stylus styl postcss pcss
sass: scss
handlebars: hbs mustache
graphql: gql graphqls
hcl: tf tfvars hcl2 opentofu nomad bicep
terraform: terraform-config
protobuf: proto proto3
docker: containerfile
nginx: nginxconf apacheconf apache htaccess caddy caddyfile
diff: patch udiff
markdown: md mdx mdown mkd mkdn rmd qmd
restructuredtext: rst rest asciidoc adoc
latex: bibtex bib
matlab: m
mathematica: wolfram wl nb
pascal: objectpascal delphi-pascal dpr
puppet: pp
qml: qt
smalltalk: st
splunk-spl: spl splunk
sql: sqlite plsql oracle hql sparksql spark-sql bigquery snowflake ddl cql
mysql: mariadb
postgres: postgresql pgsql psql plpgsql
tsql: mssql t-sql transact-sql
verilog: sv systemverilog svh
vhdl: vhd
fortran: f90 f95 f03 for
ada: adb ads
actionscript: as
applescript: osascript
autoit: au3
cuda: cu cuh
coldfusion: cfm cfc cfml cfscript
haxe: hx
prolog: swipl
vala: vapi
xquery: xq xqy
gherkin: feature cucumber
"""
#: Alias → name.
ALIASES = {
    alias: line.partition(":")[0] for line in _TABLE.strip().splitlines() for alias in line.partition(":")[2].split()
}
