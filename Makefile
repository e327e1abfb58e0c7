# tds-launchpad: `make demo` shows the main job, `make test` runs the whole suite.
# Both install what a fresh Debian 12 with Go lacks (as root), and say nothing when
# nothing is missing. As an ordinary user they print the one sudo line that is missing.

GO      ?= go
TOOL    := $(GO) tool -modfile=tools/go.mod
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BIN     := bin/tds-launchpad
# Without -trimpath the tests find every package compiled already; releases want it.
BUILD_FLAGS ?=

NEEDS   := need-build need-demo need-test need-bench

.PHONY: build native demo test bench lint soak compare fuzz clean $(NEEDS)
.NOTPARALLEL:

build: native
	@test -e $(BIN) || echo "Building; from nothing this takes a minute or two ..."
	@$(GO) build $(BUILD_FLAGS) -buildvcs=false -ldflags '-X main.version=$(VERSION)' -o $(BIN) .

# The C helper that confines; embedded into the Go binary by the build.
native: need-build
	@sandbox/native/build.sh

demo: need-demo build
	@$(BIN) demo

test: need-test build
	@scripts/test.sh

bench: need-bench build
	@scripts/bench.sh

# The randomised and soak tests in full.
soak: native
	@scripts/soak.sh

# go-mssqldb's own suite, directly and through the proxy, with one result.
compare: build
	@scripts/compare-go-mssqldb.sh

# 30 minutes over all decoders, or FUZZ_TIME (a duration per target).
fuzz:
	@scripts/fuzz.sh

lint: native
	@test -z "$$(gofmt -l $$(git ls-files '*.go') | tee /dev/stderr)"
	@$(GO) vet ./...
	@$(TOOL) staticcheck ./...

clean:
	@rm -rf bin build integration/clients/tedious/node_modules integration/clients/loopback/drivers
	@sandbox/native/build.sh --clean

$(NEEDS): need-%:
	@scripts/need.sh $*
