"""Writes Sources/generate-proatoms/exponents.txt: Gaussians of cc-pVQZ and x2c-QZVPall from the package basis_set_exchange."""
from pathlib import Path

import basis_set_exchange
from basis_set_exchange import lut

HEAD = """\
# Exponents of the Gaussians in which generate-proatoms solves spin-polarised atoms: element, angular momentum, exponents.
# Those of cc-pVQZ for H to Ar and Ca to Kr as far as that set goes, otherwise of x2c-QZVPall, from the Basis Set Exchange
# (make-proatom-exponents.py in Tests/References). cc-pVQZ: T. H. Dunning, J. Chem. Phys. 90, 1007 (1989), doi 10.1063/1.456153,
# and later work of the same series. x2c-QZVPall: Y. J. Franzke, L. Spiske, P. Pollak and F. Weigend, J. Chem. Theory Comput. 16,
# 5658 (2020), doi 10.1021/acs.jctc.0c00546.
"""
TARGET = Path(__file__).resolve().parent.parent.parent / "Sources/generate-proatoms/exponents.txt"
first, second = (basis_set_exchange.get_basis(name)["elements"] for name in ("cc-pVQZ", "x2c-QZVPall"))
with TARGET.open("w") as file:
    file.write(HEAD)
    for number in map(str, range(1, 87)):
        exponents = {}
        for shell in (first.get(number) or second[number])["electron_shells"]:
            for l in shell["angular_momentum"]:
                if l <= 3:
                    exponents.setdefault(l, set()).update(float(x) for x in shell["exponents"])
        symbol = lut.element_sym_from_Z(number, normalize=True)
        for l in sorted(exponents):
            file.write(f"{symbol} {l} " + " ".join(f"{x:.10g}" for x in sorted(exponents[l])) + "\n")
