# Two commands do everything, set-up included: `make demo` and `make test`.
# They need Python 3.11 or newer and nothing else.

# The first of these that works and is new enough.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(shell $(p) -c 'import sys; \
	sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
DEMO := .venv-demo
DEV := .venv

.PHONY: demo test check bench clean

# The main job: 90,000 labeled reviews, and a picture of labeled scenes.
demo: $(DEMO)/ready
	$(DEMO)/bin/synthlab generate reviews --rows 90000 --output out/reviews
	$(DEMO)/bin/synthlab preview reviews --rows 3
	$(DEMO)/bin/synthlab preview shapes --rows 12 --picture out/shapes.png

test: $(DEV)/ready
	$(DEV)/bin/python -m pytest --numprocesses auto --dist worksteal

# What CI asks beside the tests.
check: $(DEV)/ready
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/ruff check .
	$(DEV)/bin/mypy synthlab generators/synthlab_tabular generators/synthlab_text generators/synthlab_image

bench: $(DEV)/ready
	$(DEV)/bin/python benchmarks/generators.py

# Without torch, which only fitting needs: within a minute.
$(DEMO)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/pip install --quiet --editable '.[text,image]' --constraint constraints.txt
	touch $@

# torch first and pinned: a resolver left alone would take the build with gigabytes of CUDA.
# crowd-kit alone: it asks for transformers, which only its part for learning with torch uses.
$(DEV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/pip install --quiet torch --constraint constraints.txt
	$(DEV)/bin/pip install --quiet --editable '.[all]' --constraint constraints.txt
	$(DEV)/bin/pip install --quiet --requirement requirements-dev.txt --constraint constraints.txt
	$(DEV)/bin/pip install --quiet --no-deps crowd-kit --constraint constraints.txt
	touch $@

clean:
	rm -rf $(DEMO) $(DEV) out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
