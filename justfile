# Tasks of this repository. `just` comes with the dev extra (rust-just).
set windows-shell := ["bash", "-c"]
python := if os_family() == "windows" { ".venv/Scripts/python" } else { ".venv/bin/python" }

# Lint, types, spelling and prose, and the fast tests: under a minute on two cores.
check:
    {{python}} -m ruff check .
    {{python}} -m ruff format --check .
    {{python}} -m mypy
    {{python}} -m pytest -n auto tests/unit tests/golden/test_syntax.py

# The whole suite, as CI runs it.
test *ARGS:
    {{python}} -m pytest {{ARGS}}

# Long sweeps and fuzzing in full.
full:
    {{python}} -m pytest --full

# Rewrite expected files and generated tables.
golden:
    {{python}} -m pytest --update-golden tests/golden tests/unit/test_docs.py

# Make the pictures of README and guide from the real product, in Chromium (extra `browser`).
pictures *NAMES:
    {{python}} tests/pictures.py {{NAMES}}

# Which branches the suite runs, subprocesses included.
coverage:
    {{python}} -m pytest --cov --cov-report=term-missing:skip-covered --cov-report=json:.coverage.json
    {{python}} .ci/branches .coverage.json

# Figures and ratios. Nothing else looks at time.
bench:
    for file in tests/bench/bench_*.py; do {{python}} "$file"; done
