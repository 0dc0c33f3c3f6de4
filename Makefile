# T-Developer: what can be done here. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
CARGO ?= cargo

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

setup: ## build the program and its Python interpreter
	@scripts/setup.sh

demo: setup ## run the three goals of the README
	@scripts/demo.sh

test: setup ## every test, from a clean checkout
	@scripts/test.sh

lint: ## rustfmt and clippy, warnings are errors
	$(CARGO) fmt --all --check
	$(CARGO) clippy --all-targets --all-features --locked -- -D warnings

deny: ## licences and advisories of dependencies (needs cargo-deny)
	$(CARGO) deny check

bench: $(if $(SCENARIO),,setup) ## measure against floors in the same run; SCENARIO=asl takes one, coldstart the functions
	$(if $(filter coldstart,$(SCENARIO)),scripts/cloud/coldstart.sh $(ROUNDS))
	$(if $(filter coldstart retrieval,$(SCENARIO)),,$(CARGO) run --release --quiet --locked -p tdev-asl --example bench -- $(SCENARIO))
	$(if $(filter-out retrieval,$(SCENARIO)),,scripts/build-embedder.sh >/dev/null)
	$(if $(filter-out retrieval,$(SCENARIO)),,$(CARGO) run --release --quiet --locked -p tdev-agents --example retrieval)
	$(if $(SCENARIO),,$(CARGO) run --release --quiet --locked -p tdev-runtime --features compile --example python_bench -- \
		"$${TDEV_INTERPRETER_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/tdev/interpreter}")

torture: ## kill executions at any moment, a thousand times (KILLS=, SEED=)
	$(CARGO) run --release --quiet --locked -p tdev-local --example torture -- $(or $(KILLS),1000) $(or $(SEED),1)

corpus: ## state machine runs recorded on AWS, read from ../shared
	$(CARGO) test --release --locked -p tdev-asl -- --ignored --nocapture corpus

asl-diff: ## random state machines against moto's interpreter: COUNT=4000 SEED=1
	@scripts/asl-diff/run.sh $(or $(COUNT),4000) $(or $(SEED),1)

eval: ## plans of the planning corpora in ../shared, scored against their gold
	@shared="$${TDEV_SHARED:-../shared}/corpora/planning"; for cases in nestful restbench_spotify; do \
		$(CARGO) run --release --quiet --locked -p tdev-agents --example planning -- \
			"$$shared/$$cases.json" --time > "target/$$cases.predictions.json" && \
		python3 "$$shared/score.py" "$$shared/$$cases.json" "target/$$cases.predictions.json" || exit 1; done
	$(CARGO) run --release --quiet --locked -p tdev-agents --example past

cloud-test: ## the cloud home against an emulated AWS, installed where it is missing
	@scripts/cloud/test.sh

release-zips: ## the functions as they are shipped, into target/zips, with their sizes
	@scripts/cloud/build.sh --release target/zips

cloud-lint: ## clippy for the cloud home, which `make lint` leaves out
	$(CARGO) clippy -p tdev-aws -p tdev-functions --all-targets --all-features --locked -- -D warnings

cloud-gates: ## cfn-lint, checkov and asl-validator over template and state machines, installed where missing
	@scripts/cloud/lint.sh

deploy: ## put the cloud home into your AWS account: STAGE=dev (PLAN=1 only shows, YES=1 replaces)
	@scripts/cloud/deploy.sh $(or $(STAGE),dev) $(if $(PLAN),--plan) $(if $(YES),--yes) $(SET)

smoke: ## ask a deployed API a few things: URL=https://… (ARTIFACTS= and TOKEN_FILE=, see infra/README.md)
	@"$$(scripts/cloud/setup.sh deploy)/bin/python" scripts/cloud/smoke.py "$(URL)" $(if $(ARTIFACTS),--artifacts "$(ARTIFACTS)") $(if $(TOKEN_FILE),--token-file "$(TOKEN_FILE)")

destroy: ## take the cloud home away, keeping its data: STAGE=dev (PURGE=1 keeps nothing)
	@"$$(scripts/cloud/setup.sh deploy)/bin/python" scripts/cloud/destroy.py $(or $(STAGE),dev) $(if $(PURGE),--purge)

fmt: ## format the code
	$(CARGO) fmt --all

.PHONY: help setup demo test lint deny bench torture corpus asl-diff eval cloud-test cloud-lint cloud-gates deploy smoke destroy release-zips fmt
