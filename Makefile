# Every target that needs the environment makes it in .venv; it is made again only when
# pyproject.toml changes. PYTHON=python3.12 chooses another interpreter, ARGS="..." adds
# arguments to the command behind sim, degraded, benchmark and test.

PYTHON ?= python3
ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
SONOMASK := $(VENV)/bin/sonomask
PIP := $(PY) -m pip --disable-pip-version-check --no-input -q

.DEFAULT_GOAL := help
.PHONY: help setup sim degraded test test-all test-pico check benchmark mpy scan-work clean
.DELETE_ON_ERROR:

help:  ## show this list
	@echo "sonomask: controller of an ultrasonic mask machine, and the machine simulated"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	    awk -F'|' '{ printf "%-17s %s\n", $$1, $$2 }'
	@echo
	@echo '  One mold or a what-if: make sim ARGS="foot_L --set plant.press_factor=1.6"'

setup: $(VENV)/.dev  ## make the whole environment in .venv (other targets do it by themselves)

sim: $(VENV)/.run  ## prove 30 pieces a minute on every mold of every machine that ships
	@$(SONOMASK) sim $(if $(ARGS),$(ARGS),--machine all)

degraded: $(VENV)/.run  ## slow press, long weld, slow feed: what the reference machine still does
	@$(SONOMASK) degraded $(ARGS)

test: $(VENV)/.dev  ## run the fast tests
	@$(PY) -m pytest -q -n auto $(ARGS)

test-all: $(VENV)/.dev  ## run all tests, the slow ones too
	@$(PY) -m pytest -q -n auto -m "" $(ARGS)

test-pico: $(VENV)/.emulator  ## the firmware on an emulated Pico; PICO_IMAGE=/path/to/RPI_PICO-….uf2
	@test -n "$(PICO_IMAGE)" || { \
	    echo "PICO_IMAGE is missing: PICO_IMAGE=/path/to/RPI_PICO-….uf2 make test-pico"; \
	    echo "MicroPython 1.28 or newer for the Pico; micropython.org/download/RPI_PICO has images."; \
	    exit 1; }
	@test -f "$(PICO_IMAGE)" || { echo "PICO_IMAGE=$(PICO_IMAGE): there is no such file."; exit 1; }
	@PICO_IMAGE="$(PICO_IMAGE)" $(PY) -m pytest -q -n auto --dist loadfile -m pico $(ARGS)

check: $(VENV)/.dev  ## lint, types, and the machine, mold and scenario files
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/basedpyright
	@$(VENV)/bin/basedpyright -p firmware/pyrightconfig.json
	@$(SONOMASK) check

benchmark: $(VENV)/.run  ## an eight-hour shift against the clock and against the yardstick model
	@$(PY) -m tests.benchmark.run $(ARGS)

mpy: $(VENV)/.dev  ## compile the firmware as it lies on the board, into build/mpy
	@$(SONOMASK) mpy $(ARGS)

scan-work: $(VENV)/.dev  ## the work of every scan, estimated for an RP2040
	@$(SONOMASK) scan-work $(ARGS)

clean:  ## remove the environment and everything that was built
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The run needs fewer packages than the tests, so that a first `make sim` is quick.
$(VENV)/.run: pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	    echo "$(PYTHON) is missing. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"; \
	    exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "$(PYTHON) is $$($(PYTHON) -V 2>&1); sonomask needs 3.11 or newer. Name one: make PYTHON=python3.12"; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) has no venv. On Debian and Ubuntu: sudo apt install python3-venv"; \
	    exit 1; }
	@test -x $(PY) || { echo "Making the environment in $(VENV) (once)"; $(PYTHON) -m venv $(VENV); }
	@$(PIP) install -e .
	@touch $@

$(VENV)/.emulator: $(VENV)/.dev
	@echo "Adding the emulator of the Pico to $(VENV)"
	@$(PIP) install -e '.[emulator]'
	@touch $@

$(VENV)/.dev: $(VENV)/.run pyproject.toml
	@echo "Adding the test tools to $(VENV)"
	@$(PIP) install -e '.[dev]'
	@# Beside the host's packages the stubs of machine, time and the like would hide the real ones.
	@$(PIP) install --upgrade --target $(VENV)/stubs 'micropython-rp2-stubs==1.29.*'
	@touch $@
