"""Structures in Angstrom of published_charges.py that stand in no other file of this project: lines of the outputs named there."""

TEXT = {
    # Inputs of the AIMAll examples in popelier-group/ichor (example_files; molecules out of equilibrium).
    "water-distorted": """O -0.03348733 -0.46689766 -0.00424905
H -0.50428226 0.20263196 0.56694849
H 0.53776959 0.26426570 -0.56269944""",
    "methanol-distorted": """C -0.246 0.260 0.282
H -1.086 0.984 -0.021
O 0.796 -0.028 -0.621
H -0.722 -0.569 0.869
H 0.179 0.933 1.063
H 0.644 -0.316 -1.556""",
    # Outputs of Gaussian 09 in jszopi/repESP (data/methane, data/NMe3H_plus).
    "methane": """C 0 0 0
H 0.629748 0.629748 0.629748
H -0.629748 -0.629748 0.629748
H -0.629748 0.629748 -0.629748
H 0.629748 -0.629748 -0.629748""",
    "trimethylammonium": """C 0.0154695967 0.014652685 0.0108394207
H 0.0156445957 -0.0062322017 1.0991887869
H 1.0364429751 -0.0059751278 -0.3661616396
H -0.499054888 0.9048982494 -0.347390092
C -0.6959440369 -1.2711297381 -2.0043941792
H 0.3388023179 -1.2679204363 -2.3423786325
H -1.1919304337 -2.18731393 -2.3199088412
H -1.2225800468 -0.403896931 -2.3995912439
C -2.1212416855 -1.2710355801 0.0423246092
H -2.6741723355 -0.4034078947 -0.3142000938
H -2.5894895789 -2.1869200853 -0.3137988297
H -2.0791248106 -1.2681847775 1.130063958
N -0.718392767 -1.1970125901 -0.5004068363
H -0.2186662567 -2.0189862259 -0.152317258""",
    # A test of evangelistalab/forte2.
    "hydrogen-cyanide": """C 0 0 0
H 0 0 1.0640
N 0 0 -1.1560""",
    # The fchk file of tests of theochem/horton (water_sto3g_hf_g03).
    "water-horton": """O 0 0 0
H 0 0 0.95000
H 0.89567 0 -0.31667""",
    # The example CH3COCl.wfn of Multiwfn, of which its manual, 4.7.4, has iterative Hirshfeld charges.
    "acetyl-chloride": """C -1.4914048 0.7336551 0.0000000
H -1.9252266 0.2535950 0.8825133
H -1.7146100 1.8026663 0.0000000
H -1.9252266 0.2535950 -0.8825133
C 0.0000000 0.5434724 0.0000000
O 0.8451927 1.3771030 0.0000000
Cl 0.4559971 -1.2346733 0.0000000""",
    # Outputs in cclib/cclib: data/ADF/basicADF2013.01/NH3.adfout, data/QChem/basicQChem5.4/dvb_sp.out,
    # data/ORCA/basicORCA6.0/dvb_sp_hf.out (one half; the other is its image through the origin).
    "ammonia-adf": """N 0 0 0
H 0 0 1.008
H 0.950352 0 -0.336
H -0.475176 -0.823029 -0.336""",
    "divinylbenzene-half": """C 0.27867948 -1.36683162 0
C 1.32303041 -0.44173575 0
C 1.04434506 0.92484978 0
H 2.36595443 -0.79037726 0
H 1.86746094 1.65407997 0
C 0.58659169 -2.87589931 0
C -0.36350188 -3.80076420 0
H 1.65647768 -3.12394312 0
H -0.14429560 -4.87693235 0
H -1.43338788 -3.55272039 0""",
    "divinylbenzene-orca-half": """C -1.4152533224 0.2302217854 0
C -0.4951331558 1.3144608674 0
C 0.8894090436 1.0909493743 0
H -0.8795511985 2.3437343748 0
H 1.5779041557 1.9450061275 0
C -2.8845844962 0.5210893778 0
C -3.8800428103 -0.3822535424 0
H -3.1403356810 1.5919605685 0
H -3.6946765858 -1.4624389570 0
H -4.9316453546 -0.0711049543 0""",
}


def structure(name):
    rows = [line.split() for line in TEXT[name].splitlines()]
    atoms = [(r[0], *map(float, r[1:4])) for r in rows]
    return atoms + [(s, -x, -y, -z) for s, x, y, z in atoms] if name.endswith("-half") else atoms
