# Short commands for daily work; `make help` lists them. Needs GNU make 3.81 or newer and Python 3.11 or newer.
# Everything is installed in .venv and nothing outside it. All paths are relative and no installed script is called
# by its first line, so the folder may have spaces and Japanese in its name.

PYTHON ?= python3
UV ?= uv
VENV_PYTHON = .venv/bin/python
PLANEVAL = $(VENV_PYTHON) -m planeval
TEST = $(VENV_PYTHON) -m pytest -n 4 --dist loadfile --no-loadscope-reorder tests
PIP_INSTALL = $(VENV_PYTHON) -m pip --disable-pip-version-check --no-input install --quiet --quiet
BENCHMARKS = starting evaluation reading batch incremental municipalities cluster
# More words for planeval and pytest:  make report ARGS="kenko21 --jobs 2"
ARGS =

.PHONY: help report check test lab lint bench format lock clean

help: ## この一覧を出す / list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

report: .venv/ready ## 評価して outputs/ に報告書を作る / evaluate and write the reports to outputs/
	@$(PLANEVAL) run $(ARGS)

check: .venv/ready ## data/ を読んで問題をすべて挙げる / read data/ and list every problem
	@$(PLANEVAL) check $(ARGS)

test: .venv/ready ## テストをすべて行う / run all tests
	$(TEST) $(ARGS)

lab: .venv/ready ## JupyterLab を開く / open JupyterLab
	@$(VENV_PYTHON) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

lint: .venv/ready ## 書き方を確かめる / check the style of code and notebooks
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .

bench: .venv/ready ## 速さと記憶の量を測る（数時間）/ measure time and memory (hours); make -s bench > FILE
	@for name in $(BENCHMARKS); do echo; $(VENV_PYTHON) benchmarks/$$name.py || exit 1; done

format: .venv/ready ## 書き方をそろえる / put code and notebooks in order
	$(VENV_PYTHON) -m ruff check --fix .
	$(VENV_PYTHON) -m ruff format .

lock: ## requirements.lock を作り直す（uv が必要）/ remake requirements.lock (needs uv); newest: ARGS=--upgrade
	@command -v "$(UV)" >/dev/null || { \
	  echo "uv がありません。pip などで uv を入れてください。 / uv is missing: install it, for example with pip." >&2; exit 1; }
	@"$(UV)" pip compile pyproject.toml --extra lab --extra test --group build \
	  --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --quiet --output-file requirements.lock $(ARGS)

clean: ## outputs/ とキャッシュを消す（.venv は残す）/ delete outputs/ and caches, keep .venv
	@find outputs -mindepth 1 ! -name .gitkeep -delete
	@rm -rf build dist lib/*.egg-info .pytest_cache .ruff_cache .hypothesis .ipynb_checkpoints
	@find lib tests notebooks benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	@echo "outputs/ とキャッシュを消しました。 / outputs/ and caches are deleted; .venv is kept."

# --- The environment -------------------------------------------------------------------------------------------
# Each of the two steps writes its stamp last, so that an interrupted one is done again.

.venv/packages: requirements.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 以上が必要です。$(PYTHON) は使えません。例: make PYTHON=python3.12 report" >&2; \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is missing or older. Example: make PYTHON=python3.12 report" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) に venv がありません。Debian・Ubuntu では apt install python3-venv で入ります。" >&2; \
	  echo "$(PYTHON) has no venv; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "準備 1/2: .venv にパッケージを入れます（初回のみ、数分） / set-up 1 of 2: packages into .venv (once, some minutes)"
	@"$(PYTHON)" -m venv --clear .venv
	@$(PIP_INSTALL) --no-compile --require-hashes --requirement requirements.lock || { \
	  echo "パッケージを入れられませんでした。理由は上の行です。ネットワークなどを確かめ、もう一度実行してください。" >&2; \
	  echo "The packages could not be installed, for the reason above. Check the network and run the same command again." >&2; exit 1; }
	@$(VENV_PYTHON) -W ignore -m compileall -qq -j 0 .venv/lib || true # on all cores, which pip does not
	@touch $@

# Under LC_ALL=C, pip cannot note down a folder whose name is Japanese, and Python before 3.13 cannot start once it is
# noted in full. So pip runs in Python's own UTF-8 locale (which LC_CTYPE=C gives), and the note is made relative.
.venv/ready: .venv/packages pyproject.toml
	@echo "準備 2/2: planeval を入れます / set-up 2 of 2: planeval itself"
	@unset LC_ALL; LC_CTYPE=C $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@for note in .venv/lib/python*/site-packages/__editable__.planeval-*.pth; do echo ../../../../lib > "$$note"; done
	@pwd -P > $@

# The Python beneath .venv was removed or replaced: make .venv anew.
ifneq "$(shell test -x $(VENV_PYTHON) && echo yes)" "yes"
.PHONY: .venv/packages
endif

# The folder was moved or copied: .venv still points to the old place, so install planeval again.
ifneq "$(shell cat .venv/ready 2>/dev/null)" "$(CURDIR)"
.PHONY: .venv/ready
endif
