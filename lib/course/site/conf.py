"""Sphinx's settings for the course as a web site: everything that a page needs lies beside it, so it opens from a file."""

from sphinxcontrib.katex import KATEX_DEFAULT_OPTIONS

project = "segcourse"
html_title = "Medical image segmentation in TypeScript"
author = "the segcourse authors"
language = "en"

extensions = ["myst_nb", "sphinxcontrib.katex"]
exclude_patterns = ["build"]
# Notebooks come executed.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
smartquotes = False
# Code that Pygments cannot read stays without colours.
suppress_warnings = ["misc.highlighting_failure"]

# Formulas are drawn while the pages are made; one that cannot be drawn ends that.
katex_prerender = True
KATEX_DEFAULT_OPTIONS["throwOnError"] = True
katex_css_path = "katex/katex.min.css"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_js_files = [
    (name, {"defer": "defer"}) for name in ("vega.min.js", "vega-lite.min.js", "vega-embed.min.js", "course.js")
]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
# Summaries would have to be fetched, which a page that was opened from a file may not do.
html_show_search_summary = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
