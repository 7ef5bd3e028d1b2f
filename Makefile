# make demo        install what is missing, build, and compute the Nb/Al complex in three charge states
# make test        install what is missing, build, and run the tests
# make test-fast   the tests that take seconds: no molecule is solved at length, the program is not run
# make test-python build the wheel of the Python package and run its tests (make test does that, too)
# make test-mpi    build the program with MPI in .build-mpi and compare runs on 2 and 4 ranks with those of one process
# make wheel       the wheel of the Python package with the program in it, in dist
# make install     copy the program, its manual pages and shell completions to PREFIX (default /usr/local)
# make dist        a release archive that needs no toolchain and no packages, with SHA256SUMS, in dist
# make deb         a Debian package of it, in dist
# make benchmark   compare with PySCF
# make site        the documentation as a web site, in site (open site/index.html)
SWIFT ?= swift
PREFIX ?= /usr/local
# Tests are optimised too, in a folder of their own: they need other flags than the program.
TEST_FLAGS = -c release -Xswiftc -enable-testing --scratch-path .build-test

# Modules of tests that end within two minutes together.
FAST_TESTS = LinearAlgebraTests MolecularStructureTests GaussianBasisTests MolecularQuadratureTests DensityFunctionalsTests \
	DispersionCorrectionTests GeometryOptimizationTests FileFormatsTests ReductionSeriesTests ChargeFlowTests PicturesTests \
	ExchangeCorrelationTests ReaderFuzzingTests CalculationsTests ParallelExecutionTests VoltageGainTests RedoxPotentialsTests

.PHONY: all demo test test-fast test-python test-mpi wheel build install install-shared dist deb benchmark site dependencies clean

all: build

dependencies:
	@scripts/ensure-dependencies

build: dependencies
	$(SWIFT) build -c release --product esp

demo: build
	.build/release/esp compute Molecules/nb-al-tcbq.xyz --preset paper --search none

test: dependencies
	@scripts/ensure-test-dependencies
	scripts/test-launcher
	$(SWIFT) build --build-tests $(TEST_FLAGS)
	$(SWIFT) test $(TEST_FLAGS) --skip-build --skip BrowserTests
# A browser that draws in software needs the processors for itself.
	$(SWIFT) test $(TEST_FLAGS) --skip-build --filter BrowserTests
	scripts/test-python .build-test/release/esp

test-fast: dependencies
	$(SWIFT) build --build-tests $(TEST_FLAGS)
	$(SWIFT) test $(TEST_FLAGS) --skip-build $(foreach module,$(FAST_TESTS),--filter $(module))

test-python: build
	@scripts/ensure-test-dependencies
	scripts/test-python .build/release/esp

test-mpi: dependencies
	@scripts/ensure-mpi
	ESP_MPI=1 $(SWIFT) build -c release --product esp --scratch-path .build-mpi
	scripts/test-mpi .build-mpi/release/esp

wheel: $(if $(ESP_WHEEL_PROGRAM),,build)
	ESP_WHEEL_PROGRAM=$(abspath $(or $(ESP_WHEEL_PROGRAM),.build/release/esp)) python3 -m pip wheel --quiet --no-deps --wheel-dir dist ./python

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 .build/release/esp $(DESTDIR)$(PREFIX)/bin/esp
	@$(MAKE) --no-print-directory install-shared PROGRAM=.build/release/esp

# Basis sets, and the completions and manual pages that PROGRAM writes.
install-shared:
	install -d $(DESTDIR)$(PREFIX)/share/esp/BasisSets/Auxiliary $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -d $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 644 BasisSets/*.* $(DESTDIR)$(PREFIX)/share/esp/BasisSets
	install -m 644 BasisSets/Auxiliary/* $(DESTDIR)$(PREFIX)/share/esp/BasisSets/Auxiliary
	$(PROGRAM) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/esp
	$(PROGRAM) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_esp
	$(PROGRAM) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/esp.fish
	$(PROGRAM) manual $(DESTDIR)$(PREFIX)/share/man/man1

dist: dependencies
	scripts/build-release-programs
	scripts/make-release

deb: dist
	scripts/make-deb

benchmark: build
	Benchmarks/run

site: build
	scripts/make-site

clean:
	rm -rf .build .build-test .build-dist .build-mpi dist site
