# make demo    sets everything up and plays one whole process; SERVE=1 goes on serving
# make test    sets everything up and runs every test
# make check   the linters
# make faults  plugs are pulled for about a quarter of an hour; FAULT_ROUNDS says how often (30)
# make bench   ballots a second beside the machine's limits (docs/performance.md); on a quiet machine

GO      ?= go
BIN     := bin
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
SUDO    := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
export CGO_ENABLED = 0

.PHONY: build small demo serve test test-setup faults bench check generate css clean

build: $(BIN)/yishi

.PHONY: $(BIN)/yishi
$(BIN)/yishi:
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $@ ./cmd/yishi

# without the embedded engine, for clusters
small:
	$(GO) build -trimpath -tags noengine -ldflags "-s -w -X main.version=$(VERSION)" -o $(BIN)/yishi-small ./cmd/yishi

demo: build
	$(BIN)/yishi demo --play $(if $(SERVE),--serve)

serve: build
	$(BIN)/yishi serve

# Never from the cache: tests that run the binary or ask the go command would pass on an old one.
# The plays come first, for they take longest and wait most.
# The tests run against a real PostgreSQL, in a throw-away cluster of their own,
# and a real Chromium; these, and Python for the recount of elections, come from the
# distribution where they are missing.
test: test-setup
	REQUIRE_POSTGRES=1 REQUIRE_CHROMIUM=1 REQUIRE_PYTHON=1 pg_virtualenv -t -o fsync=off -o max_connections=300 $(GO) test -count=1 -timeout 20m -ldflags '-s -w' ./test/e2e ./...

test-setup:
	@command -v pg_virtualenv >/dev/null && command -v chromium >/dev/null && command -v python3 >/dev/null && fc-list | grep -qi 'noto.*cjk' || { \
	  $(SUDO) apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q postgresql postgresql-common chromium fonts-noto-cjk fontconfig python3; }

faults: test-setup
	FAULT_ROUNDS=$${FAULT_ROUNDS:-30} REQUIRE_POSTGRES=1 $(GO) test -count=1 -timeout 60m -v ./test/faults

# In a throw-away cluster that syncs, unlike that of the tests. Its data lies under TMPDIR.
bench: build test-setup
	pg_virtualenv -t -o fsync=on -o max_connections=200 $(BIN)/yishi bench --database dbname=postgres --json docs/performance.json $(BENCH)

check: $(BIN)/golangci-lint $(BIN)/workflowcheck
	$(GO) vet ./...
	$(BIN)/golangci-lint run ./...
	$(BIN)/workflowcheck -config workflowcheck.config.yaml ./workflows/...

$(BIN)/golangci-lint:
	GOBIN=$(abspath $(BIN)) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

$(BIN)/workflowcheck:
	GOBIN=$(abspath $(BIN)) $(GO) install go.temporal.io/sdk/contrib/tools/workflowcheck@v0.6.0

generate:
	$(GO) generate ./...

clean:
	rm -rf $(BIN)
