"""Runs a notebook to its end, whatever its cells throw, and writes as JSON what each of them threw.

run_released.py NOTEBOOK REPORT
"""
import json
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

source, report = map(Path, sys.argv[1:])
notebook = nbformat.read(source, as_version=4)
resources = {"metadata": {"path": str(source.parent)}}
NotebookClient(notebook, kernel_name="segcourse", timeout=600, allow_errors=True, resources=resources).execute()
cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
report.write_text(
    json.dumps(
        {
            "notExecuted": [cell.id for cell in cells if cell.execution_count is None],
            "errors": {
                cell.id: output.evalue
                for cell in cells
                for output in cell.outputs
                if output.output_type == "error"
            },
            "html": {
                cell.id: "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
                for cell in cells
            },
        }
    )
)
