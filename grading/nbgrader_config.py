"""nbgrader for TypeScript notebooks; a course folder's own nbgrader_config.py loads this one by load_subconfig."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "nbgrader"))

from safe_html import markdown2html  # noqa: E402

c = get_config()  # noqa: F821 (nbgrader defines it)

# Valid in a function, in a constructor and at the top level, and an error for a test that comes upon it. nbgrader
# knows no stub for TypeScript and refuses to generate an assignment without one.
c.ClearSolutions.code_stub = {"typescript": "throw new Error('not written yet');"}

# With the ###, so that a comment that merely mentions BEGIN SOLUTION loses nothing. nbgrader spells "delimeter".
c.ClearSolutions.begin_solution_delimeter = "### BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "### END SOLUTION"
c.ClearHiddenTests.begin_test_delimeter = "### BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "### END HIDDEN TESTS"

# A deleted test would otherwise stop the submission's grading.
c.OverwriteCells.add_missing_cells = True

# Seconds a cell; nbgrader's 30 are too few for a short training on a busy processor, and what times out scores 0.
c.ExecutePreprocessor.timeout = 300

# Whatever kernel a submission names.
c.ExecutePreprocessor.kernel_name = "segcourse"

# What formgrader and feedback show of students' Markdown must not act in the reader's browser.
c.HTMLExporter.filters = {"markdown2html": markdown2html}
