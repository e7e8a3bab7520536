# Every command of the project. `make` alone runs what CI runs; nothing needs to be installed for
# make itself. Where .venv exists, it is used.

PYTHON := $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
# Narrow the tests: make test T=tests/rules K=build
T ?= tests
K ?=
# A new rule: make rule ID=some-id [KIND=support|health|security|lifecycle] 
#                          [SUBJECT=mailbox|profile|organization]
ID ?=
KIND ?= health
SUBJECT ?= mailbox
# How long input by chance is tried: make fuzz MINUTES=60
MINUTES ?= 10
# How many processes run the fault matrix, and which of its cells: make faults SHARDS=2 CELL=HTML
SHARDS ?= 2
CELL ?=
GO_ON ?=
# How many audits are killed: make kills KILLS=20
KILLS ?= 10
# How many organisations made by chance are planned for: make plans ORGANISATIONS=100
ORGANISATIONS ?= 20

.PHONY: all fmt fix lint types imports docs docs-examples docs-sources test pythons venv rule bench bench-small faults fuzz soak kills deadlines plans scripts lock sbom licences vulnerabilities dependencies mail-servers computer

all: fmt lint types imports docs test

# Checks the layout of the code; `make fix` puts it right.
fmt:
	$(PYTHON) -m ruff format --check .

fix:
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

lint:
	$(PYTHON) -m ruff check .

types:
	$(PYTHON) -m mypy

imports:
	$(if $(wildcard .venv/bin/lint-imports),.venv/bin/)lint-imports

# Rewrites what is generated; in CI a difference is a failure.
docs: docs-examples docs-sources
	$(PYTHON) -m auditor.catalogue.docs $(if $(CI),--check)

docs-examples:
	$(PYTHON) tools/examples.py $(if $(CI),--check)

docs-sources:
	$(PYTHON) -m auditor.demo.withdrawal $(if $(CI),--check)

test:
	$(PYTHON) -m pytest $(T) $(if $(K),-k "$(K)")

# Looks at real mail servers of Debian, each in a layer of its own: for root, and not in CI.
mail-servers:
	PYTHON=$(PYTHON) sh tools/mail_servers.sh

# The tests with every Python of this machine, each in an environment of its own.
pythons:
	tools/pythons.sh test $(T)

venv:
	python3 -m venv .venv
	.venv/bin/pip install --quiet --editable '.[dev]'

# Lays out the two files of a rule.
rule:
	$(PYTHON) tools/lay_out_rule.py --kind "$(KIND)" --subject "$(SUBJECT)" -- "$(ID)"

bench:
	$(PYTHON) -m benchmarks

bench-small:
	$(PYTHON) -m benchmarks --small

# Every fault at every request of the simulated tenant, in SHARDS processes side by side; the tests
# run a sample of it. CELL takes those cells alone whose name holds it: make faults CELL="HTML at".
# A run that was cut short goes on with: make faults GO_ON=1
faults:
	mkdir -p build && test -n "$(GO_ON)" || rm -f build/faults.jsonl
	AUDITOR_FAULTS=all AUDITOR_FAULTS_CELL="$(CELL)" AUDITOR_FAULTS_TABLE=build/faults.jsonl \
		$(PYTHON) -m pytest tests/end_to_end/test_fault_matrix.py -n $(SHARDS) --dist worksteal; \
		ended=$$?; $(PYTHON) tools/fault_table.py build/faults.jsonl; exit $$ended

# Input by chance, for MINUTES; the tests try a little of it.
fuzz:
	$(PYTHON) tools/fuzz.py $(MINUTES)

# Plans for organisations made by chance, held against trying every change, alone and two at a time.
plans:
	$(PYTHON) tools/plans.py 1 $(ORGANISATIONS)

# The printed script of every proven step, run against the simulated tenant and undone; the tests run
# one step.
scripts:
	AUDITOR_SCRIPTS=$(ORGANISATIONS) $(PYTHON) -m pytest tests/end_to_end/test_scripts.py -s

# Audits again and again: what each run leaves of memory, threads, descriptors and files.
soak:
	$(PYTHON) tools/soak.py

# Audits that are killed at random moments and gone on with: KILLS of them.
kills:
	$(PYTHON) tools/kills.py $(KILLS)

# Servers that never end an answer, and a time limit. PLACE takes those places alone that hold it.
deadlines:
	PYTHONPATH=. $(PYTHON) tools/deadlines.py $(PLACE)

# Audits under full disks, closed outputs, few files, other accounts and the like: for root on Linux.
computer:
	PYTHONPATH=. $(PYTHON) tools/computer.py

# What a release installs, each file by its hash; and the same as CycloneDX.
TOOLS := build/tools/bin
$(TOOLS)/uv:
	python3 -m venv build/tools
	$(TOOLS)/pip install --quiet uv cyclonedx-bom pip-audit

lock: $(TOOLS)/uv
	echo '# Written by `make lock`. Install with: pip install --require-hashes -r requirements.lock' > requirements.lock
	echo >> requirements.lock
	$(TOOLS)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate >> requirements.lock

sbom: $(TOOLS)/uv
	$(TOOLS)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
		--output-reproducible --output-file build/sbom.json

licences:
	$(PYTHON) tools/licences.py

# Known vulnerabilities of what a release installs; where OSV is out of reach it says so.
vulnerabilities: $(TOOLS)/uv
	build/tools/bin/python tools/vulnerabilities.py

# The tests of facts, rules and reports with the oldest dependencies that pyproject.toml allows, and
# with the newest that there are.
dependencies: $(TOOLS)/uv
	for which in lowest-direct highest; do \
		rm -rf build/$$which && python3 -m venv build/$$which && \
		$(TOOLS)/uv pip install --quiet --python build/$$which/bin/python --resolution $$which \
			--editable '.[dev]' && \
		build/$$which/bin/python -m pytest tests/rules tests/connectors tests/auditor/reports \
		|| exit 1; \
	done
