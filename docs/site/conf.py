"""Settings of Sphinx for the documentation site. `scripts/make-site` builds it."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

project = "esp"
version = release = re.search(r"^version: (.+)$", (REPOSITORY / "CITATION.cff").read_text(), re.MULTILINE)[1]
author = "The esp authors"
html_title = f"esp {version}"

extensions = ["myst_parser", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
# Links to headings, formed from their text as on GitHub.
myst_heading_anchors = 4
# Indented code is mostly commands with comments.
highlight_language = "none"
# Text as it is written: two hyphens begin an option.
smartquotes = False

html_theme = "furo"
html_static_path = ["style.css"]
html_css_files = ["style.css"]
html_copy_source = False
html_use_index = False
html_search_scorer = str(Path(__file__).with_name("scorer.js"))
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {"navigation_with_keys": False}
copybutton_selector = "div.highlight pre"
