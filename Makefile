# ringfence: one Makefile, not recursive. `make help` lists the targets.
#
#   FLAVOUR=release|debug|asan|coverage   own object folder each, so that flavours never mix
#   V=1                                   whole command lines
#   PREFIX, DESTDIR, SYSCONFDIR ...       where `make install` puts things

SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VERSION := $(shell sed -n 's/.*RINGFENCE_VERSION "\(.*\)"/\1/p' audit/base/version.h)
FLAVOUR ?= release
BUILD := build/$(FLAVOUR)
PROGRAM := $(BUILD)/ringfence

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system

# The one list of what is needed from Debian: to build and run, and what the tests add.
PACKAGES := build-essential pkg-config xxd gettext libarchive-dev libcmark-dev libjansson-dev libpcre2-dev \
	libnet1-dev libpcap-dev libsqlite3-dev libssh-dev libssl-dev libsystemd-dev libxml2-dev libxslt1-dev libyaml-dev libzxcvbn-dev zlib1g-dev
TEST_PACKAGES := libcmocka-dev clang clang-format clang-tidy cppcheck valgrind libclang-rt-14-dev \
	libxml2-utils openscap-scanner openssh-server iptables nftables ipset iproute2 fail2ban jq python3 chromium fonts-noto-core man-db
BENCH_PACKAGES := lynis masscan nmap openscap-scanner ripgrep xsltproc

LIBRARIES := libarchive jansson libpcre2-8 libcrypto libpcap libssh libssl libsystemd libxml-2.0 libxslt libexslt yaml-0.1 sqlite3 zlib
# cmark and zxcvbn ship no pkg-config file in Debian 12.
# Asked once; before `make deps` it may know none of them yet.
LIBRARY_CPPFLAGS := $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
LIBRARY_LIBS := $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null)
LIBS = $(LIBRARY_LIBS) -lcmark -lzxcvbn -lnet -lm -pthread

CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wvla -Wmissing-prototypes -Wstrict-prototypes \
	-Wwrite-strings -Wformat=2 -Wundef -Wpointer-arith -Wcast-qual
CPPFLAGS_ALL = -I. -I$(BUILD)/generated -D_GNU_SOURCE $(LIBRARY_CPPFLAGS) $(CPPFLAGS)
# -g1: lines for backtraces, in four fifths of the time that all of -g takes to build.
CFLAGS_release := -O2 -g1 -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -fPIE
LDFLAGS_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
CFLAGS_debug := -O0 -g3
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS_asan := -fsanitize=address,undefined
CFLAGS_coverage := -O0 -g --coverage
LDFLAGS_coverage := --coverage
CFLAGS_ALL = -std=gnu17 $(WARNINGS) $(CFLAGS_$(FLAVOUR)) $(CFLAGS)
LDFLAGS_ALL = $(LDFLAGS_$(FLAVOUR)) $(LDFLAGS)

ifeq ($(V),1)
Q :=
SAY = @:
else
Q := @
SAY = @printf '  %-7s %s\n'
endif

SOURCES := $(sort $(shell find audit checks reports -name '*.c'))
MAIN := audit/main.c
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libringfence.a
LIBRARY_OBJECTS := $(filter-out $(MAIN:%.c=$(BUILD)/%.o),$(OBJECTS))

# Templates are linked in, so that the program is one file; a folder of the user's may replace them.
TEMPLATES := $(sort $(wildcard templates/report.* templates/fleet.css templates/result.rng templates/advisories.tsv templates/plan_*.sh))
MESSAGES := $(sort $(wildcard po/*.po))
TEMPLATE_HEADERS := $(TEMPLATES:templates/%=$(BUILD)/generated/template_%.h) $(MESSAGES:po/%.po=$(BUILD)/generated/messages_%.h)

TEST_SOURCES := $(sort $(wildcard tests/unit/test_*.c tests/checks/test_*.c tests/properties/*.c tests/fault/*.c))
TEST_PROGRAMS := $(TEST_SOURCES:%.c=$(BUILD)/%)
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all
all: $(PROGRAM) ## build the program (build/release/ringfence)

$(PROGRAM): $(MAIN:%.c=$(BUILD)/%.o) $(LIBRARY) $(BUILD)/flags
	$(SAY) LINK $@
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(filter %.o %.a,$^) $(LIBS)

$(LIBRARY): $(LIBRARY_OBJECTS)
	$(SAY) AR $@
	$(Q)rm -f $@ && ar rcs $@ $^

# A change of compiler or flags rebuilds everything of the flavour.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL))' > $@
.PHONY: FORCE
FORCE:

$(OBJECTS): $(BUILD)/%.o: %.c $(BUILD)/flags | $(TEMPLATE_HEADERS)
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -include audit/base/banned.h -MMD -MP -c -o $@ $<

$(BUILD)/generated/template_%.h: templates/%
	$(SAY) EMBED $<
	@mkdir -p $(@D)
	$(Q)cd templates && xxd -i $* | sed 's/^unsigned/static const unsigned/; /_len = /d' > $(CURDIR)/$@

$(BUILD)/generated/messages_%.h: po/%.po
	$(SAY) EMBED $<
	@mkdir -p $(@D)
	$(Q)set -o pipefail; { echo 'static const unsigned char messages_$*[] = {' && \
		msgfmt --no-hash --endianness=little -o - $< | xxd -i && echo '};'; } > $@

$(TEST_PROGRAMS:%=%.o): $(BUILD)/%.o: %.c $(BUILD)/flags | $(TEMPLATE_HEADERS)
	$(SAY) TEST-CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(TEST_PROGRAMS): %: %.o $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(LIBRARY) -lcmocka $(LIBS)

-include $(OBJECTS:.o=.d) $(TEST_PROGRAMS:%=%.d)

.PHONY: tests-build
tests-build: $(PROGRAM) $(TEST_PROGRAMS)

.PHONY: deps
deps: ## install Debian's packages that are missing to build and run
	@tests/deps.sh $(PACKAGES)

.PHONY: test-deps
test-deps:
	@tests/deps.sh $(PACKAGES) $(TEST_PACKAGES)

.PHONY: run
run: deps ## build, audit this machine, say where the report is
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@$(PROGRAM) audit -o ringfence-report $(ARGS) || [ $$? -eq 3 ]

.PHONY: test
test: test-deps ## all tests
	@$(MAKE) --no-print-directory -j$$(nproc) tests-build
	@RINGFENCE=$(PROGRAM) BUILD=$(BUILD) tests/run.sh all

.PHONY: unit
unit: tests-build ## unit, check and property tests only
	@RINGFENCE=$(PROGRAM) BUILD=$(BUILD) tests/run.sh unit

.PHONY: golden
golden: $(PROGRAM) ## compare the reports of tests/hosts with tests/golden
	@RINGFENCE=$(PROGRAM) BUILD=$(BUILD) tests/run.sh golden

.PHONY: golden-update
golden-update: $(PROGRAM) ## write tests/golden anew; read the difference before you commit it
	@RINGFENCE=$(PROGRAM) tests/golden.sh --update

.PHONY: messages
messages: $(PROGRAM) ## take new texts into po/: ringfence.pot, and each language's file
	@po/extract.py $(PROGRAM) > po/ringfence.pot
	@for po in po/*.po; do msgmerge --quiet --update --backup=none --no-wrap --previous $$po po/ringfence.pot; done

.PHONY: differential
differential: $(PROGRAM) ## the same questions to the real daemons and kernel (root)
	@RINGFENCE=$(PROGRAM) BUILD=$(BUILD) tests/run.sh differential

.PHONY: test-asterisk
test-asterisk: $(PROGRAM) ## callers and numbers against a real Asterisk (root)
	@RINGFENCE=$(PROGRAM) tests/asterisk/run.sh

.PHONY: asan
asan: ## unit and golden tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory -j$$(nproc) FLAVOUR=asan tests-build
	@RINGFENCE=build/asan/ringfence BUILD=build/asan tests/run.sh unit golden

.PHONY: valgrind
valgrind: ## unit tests under valgrind
	@$(MAKE) --no-print-directory -j$$(nproc) FLAVOUR=debug tests-build
	@RINGFENCE=build/debug/ringfence BUILD=build/debug VALGRIND=1 tests/run.sh unit

SECONDS_EACH ?= 30
.PHONY: fuzz
fuzz: ## run every fuzz target for SECONDS_EACH=30 seconds
	@tests/fuzz/run.sh $(SECONDS_EACH)

.PHONY: bench
bench: $(PROGRAM) ## benchmarks, side by side with other tools
	@tests/deps.sh $(PACKAGES) $(BENCH_PACKAGES)
	@set -e; for b in tests/bench/*.sh; do echo "== $$b"; RINGFENCE=$(PROGRAM) $$b; done

.PHONY: lint
lint: $(TEMPLATE_HEADERS) ## layers, headers, words, format, clang-tidy, cppcheck
	@BUILD=$(BUILD) CPPFLAGS_ALL='$(CPPFLAGS_ALL)' tests/lint/run.sh

.PHONY: format
format: ## clang-format all C files
	$(Q)git ls-files '*.c' '*.h' | xargs clang-format -i

.PHONY: coverage
coverage: ## line coverage of the unit and golden tests
	@$(MAKE) --no-print-directory -j$$(nproc) FLAVOUR=coverage tests-build
	@RINGFENCE=build/coverage/ringfence BUILD=build/coverage tests/run.sh unit golden
	@cd build/coverage && find . -name '*.gcda' | xargs gcov -n 2>/dev/null | tail -n 1

.PHONY: install
install: $(PROGRAM) ## install below $(DESTDIR)$(PREFIX)
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)/ringfence
	install -d $(DESTDIR)$(DATADIR)/ringfence/templates $(DESTDIR)$(MANDIR)/man1
	install -m 644 $(filter-out %.service %.timer,$(wildcard templates/*)) $(DESTDIR)$(DATADIR)/ringfence/templates/
	install -d $(DESTDIR)$(UNITDIR)
	for unit in templates/ringfence-audit.*; do \
		sed 's|/usr/bin/ringfence|$(BINDIR)/ringfence|' $$unit > $(DESTDIR)$(UNITDIR)/$${unit##*/}; done
	$(PROGRAM) --print man > $(DESTDIR)$(MANDIR)/man1/ringfence.1
	install -d $(DESTDIR)$(DATADIR)/bash-completion/completions $(DESTDIR)$(DATADIR)/zsh/site-functions
	$(PROGRAM) --print bash-completion > $(DESTDIR)$(DATADIR)/bash-completion/completions/ringfence
	$(PROGRAM) --print zsh-completion > $(DESTDIR)$(DATADIR)/zsh/site-functions/_ringfence

.PHONY: uninstall
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(BINDIR)/ringfence $(DESTDIR)$(MANDIR)/man1/ringfence.1 \
		$(DESTDIR)$(UNITDIR)/ringfence-audit.service $(DESTDIR)$(UNITDIR)/ringfence-audit.timer \
		$(DESTDIR)$(DATADIR)/bash-completion/completions/ringfence \
		$(DESTDIR)$(DATADIR)/zsh/site-functions/_ringfence
	rm -rf $(DESTDIR)$(DATADIR)/ringfence

.PHONY: deb
deb: ## build/ringfence_VERSION_ARCH.deb
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@VERSION=$(VERSION) tests/deb.sh

.PHONY: clean
clean: ## remove build/
	rm -rf build

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
