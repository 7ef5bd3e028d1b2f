# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Where do added electrons go?
#
# This notebook computes a complex of NbCl5 and AlCl3 with tetrachloro-o-benzoquinone in three charge states and plots the shares of its
# fragments in each added electron, by several schemes of atomic charges. It needs matplotlib and pandas (the extra `plot` of the package).
#
# As a script: `python account.py [RUN [PICTURE]]`, where RUN is the folder of a finished run with several charges, and PICTURE
# `account.png` by default.

# %%
import sys
from pathlib import Path

import matplotlib.pyplot as plt

import esp_qm

arguments = sys.argv[1:] if __name__ == "__main__" and "ipykernel" not in sys.modules else []
picture = Path(arguments[1] if len(arguments) > 1 else "account.png")

# %% [markdown]
# ## The calculation
#
# The model is that of `make demo`: B3LYP, 6-31G, LANL2MB on Al and Nb, one solution for each charge. It takes a few minutes on two cores.
# If the folder has the results already, nothing is computed.

# %%
SCHEMES = ["npa", "hirshfeld", "cm5", "mbis", "chelpg"]

if arguments:
    run = esp_qm.Run(arguments[0])
else:
    molecule = Path(esp_qm.__file__).resolve().parents[3] / "Molecules" / "nb-al-tcbq.xyz"
    run = esp_qm.run(
        molecule if molecule.exists() else "nb-al-tcbq.xyz", "nb-al-tcbq.esp", preset="paper", charges=[0, -1, -2], search="none",
        charge_schemes=SCHEMES)

run.to_pandas("energies")

# %% [markdown]
# ## The account
#
# `account` has a row for each scheme, charge, and fragment or atom. `step_share` is the part of the electron that was added last.

# %%
account = run.to_pandas("account")
fragments = account[(account["level"] == "fragment") & account["step_share"].notna()]
schemes = [scheme for scheme in SCHEMES if scheme in set(fragments["scheme"])]
shares = fragments.pivot_table(index=["total_charge", "name"], columns="scheme", values="step_share", sort=False)[schemes]
shares.round(2)

# %% [markdown]
# ## The picture
#
# One panel for each added electron, one group of bars for each fragment. The shares of a scheme sum to one.

# %%
charges = list(dict.fromkeys(fragments["total_charge"]))
figure, panels = plt.subplots(
    1, len(charges), figsize=(1.5 + 4 * len(charges), 3.6), sharey=True, squeeze=False, layout="constrained")
for panel, charge in zip(panels[0], charges):
    table = shares.loc[charge]
    table.plot.bar(ax=panel, width=0.8, rot=30, legend=False, colormap="viridis")
    panel.axhline(0, color="black", linewidth=0.8)
    panel.set_title(f"{charge + 1:+d} → {charge:+d}".replace("+0", "0").replace("-", "−"))
    panel.set_xlabel("")
    panel.set_xticks(range(len(table)), table.index, rotation=30, ha="right")
panels[0][0].set_ylabel("share of the added electron")
figure.legend(
    *panels[0][0].get_legend_handles_labels(), title="charges", loc="outside right center", frameon=False)
figure.suptitle(f"{run.name}, {run.method.upper()}")
figure.savefig(picture, dpi=150)
