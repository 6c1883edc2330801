# make run | test | bench | check | clean. Everything else: .venv/bin/mms --help
.PHONY: run test test-pg15 bench check clean

# Without its compiled files Python starts three times as slowly, so it may always write them.
export PYTHONDONTWRITEBYTECODE =

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; \
	done; echo no-python-3.11)
MMS = .venv/bin/python -m mms_core.cli
PG15 ?= /usr/lib/postgresql/15/bin

# Serves http://127.0.0.1:8000 with demo data; PORT, DATABASE_URL and MMS_DATA change what they say.
run: ready-run
	@MMS_DEMO=$${MMS_DEMO-1} exec $(MMS) run

ready-%:
	@command -v $(PYTHON) >/dev/null || { \
		echo "MMS needs Python 3.11 or newer: sudo apt-get install python3"; exit 1; }
	@$(PYTHON) tools/setup.py $*

test: ready-test
	.venv/bin/python -m pytest -n 2 --dist worksteal $(ARGS)

# The same tests on Debian's PostgreSQL 15, started for the purpose and thrown away.
test-pg15: ready-test
	.venv/bin/python tools/test_on_server.py $(PG15) -n 2 --dist worksteal $(ARGS)

bench: ready-run
	.venv/bin/python -m benchmarks $(ARGS)

check: ready-test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/djlint --lint --quiet mms_core plugins
	.venv/bin/python tools/translations.py check

# Your data in var/ stay; 'mms db stop' and 'rm -r var' end them.
clean:
	rm -rf .venv node_modules build mms.egg-info mms_core/static/vendor mms_core/static/fonts
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find mms_core plugins tests tools -name '*.mo' -delete -o -name __pycache__ -prune -exec rm -rf {} +
