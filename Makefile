.DEFAULT_GOAL := help
SHELL := /bin/bash

# make demo KEEP=1 leaves the demo running; make test ARGS="-class '*Helm*'" narrows the tests.
KEEP ?=
NODES ?= 3
STRATEGY ?= Overlap
ARGS ?=
IMAGE ?= netprofile-operator:dev
PLATFORMS ?= linux/amd64,linux/arm64

export KEEP
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1

# The operator finds helm by NETPROFILE_HELM or on PATH; here it is the one that `make tools` brought, unless you say otherwise.
export NETPROFILE_HELM ?= $(CURDIR)/.tools/helm4/helm

BUILD := .ci/build
PUBLISH := .ci/publish

.PHONY: help
help: ## Print this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: tools restore ## From Flannel to Cilium on a simulated cluster, live; NODES=100, STRATEGY=NodeByNode, KEEP=1 leaves it running
	@$(BUILD) tests/Demo
	@tests/Demo/bin/Debug/net10.0/NetProfile.Demo --nodes $(NODES) --strategy $(STRATEGY) $(if $(KEEP),--keep) $(ARGS)

.PHONY: test
test: tools browser-if-possible build ## Build and run all tests; ARGS are passed on (xunit: -class, -method)
	@.ci/test $(ARGS)

.PHONY: verify
verify: tools browser-if-possible format-check build crds-check chart-check ## All that CI checks: format, warnings, generated files, chart, tests
	@.ci/test

.PHONY: bench
bench: tools restore ## Measure the operator against helm, the node agent against a script (docs/benchmarks.md)
	@$(BUILD) -c Release tests/Benchmarks
	@$(PUBLISH) -o artifacts/netprofile
	@tests/Benchmarks/bin/Release/net10.0/NetProfile.Benchmarks $(ARGS)

.PHONY: crds
crds: restore ## Generate the CRD manifests and the reference from the C# types
	@$(BUILD) Crds/Generator
	@dotnet run --no-build --project Crds/Generator
	@.ci/chart --write

.PHONY: fmt
fmt: restore ## Format the sources
	@dotnet format --no-restore Operator.sln

.PHONY: tools
tools: ## Install into .tools/ what the tests and the demo need
	@.ci/tools

.PHONY: browser
browser: ## Install Chromium, for the status page's tests, and promtool, for the alerts'
	@.ci/browser

.PHONY: screenshots
screenshots: tools browser restore ## Take the status page's pictures in docs/images again, on a simulated cluster
	@$(BUILD) tests/Operator.BrowserTests
	@mkdir -p docs/images
	@NETPROFILE_SCREENSHOTS=$(CURDIR)/docs/images tests/Operator.BrowserTests/bin/Debug/net10.0/NetProfile.Operator.BrowserTests -noLogo -class '*Screenshots'
	@if command -v pngquant > /dev/null; then pngquant --force --ext .png --strip --quality 80-98 docs/images/status-page*.png; fi

.PHONY: run
run: tools restore ## Run the operator on the cluster of the current kubeconfig
	@$(BUILD) Operator
	@Operator/bin/Debug/net10.0/netprofile operator $(ARGS)

.PHONY: image
image: ## Build the container image for IMAGE and PLATFORMS (docker buildx)
	@command -v docker > /dev/null || { echo 'make image needs docker with buildx' >&2; exit 1; }
	docker buildx build --platform $(PLATFORMS) --tag $(IMAGE) $(ARGS) .

.PHONY: image-contents
image-contents: tools restore ## What the image holds, with sizes; needs no container engine
	@.ci/image-contents

.PHONY: clean
clean: ## Remove what builds and demos left (.tools/ stays)
	@find Operator Crds tests -type d \( -name bin -o -name obj -o -name TestResults \) -prune -exec rm -rf {} +
	@rm -rf .demo artifacts

# Steps of the targets above.
.PHONY: restore build browser-if-possible format-check crds-check chart-check

# What reaches the screen names no registry: hosts differ from network to network.
restore:
	@said=$$(dotnet restore Operator.sln -v q --nologo 2>&1) || { sed -E 's#https?://[^/ "]+#<registry>#g' <<< "$$said"; exit 1; }

build: restore
	@$(BUILD) Operator.sln

# Without it the tests that need it skip, and say so.
browser-if-possible:
	@.ci/browser || true

# Style is checked by the build (EnforceCodeStyleInBuild); this is what the build can't see.
format-check:
	@dotnet format whitespace --folder . --verify-no-changes --exclude .tools

crds-check: build
	@if [ -d Crds/Generator ]; then dotnet run --no-build --project Crds/Generator -- --check; fi

chart-check: tools
	@.ci/chart
