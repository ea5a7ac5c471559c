"""Runs a notebook from top to bottom without a browser and prints one JSON line about it.

run_notebook.py NOTEBOOK EXECUTED: EXECUTED is where the notebook with its outputs goes.
"""

import json
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

source, target = map(Path, sys.argv[1:])
notebook = nbformat.read(source, as_version=4)
client = NotebookClient(notebook, kernel_name="segcourse", timeout=1200, resources={"metadata": {"path": source.parent}})
started = time.perf_counter()
error = None
try:
    client.execute()
except CellExecutionError as failure:
    error = f"{failure.ename}: {failure.evalue}"
cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
outputs = [(cell.id, output) for cell in cells for output in cell.get("outputs", [])]
report = {
    "seconds": round(time.perf_counter() - started, 1),
    "cells": len(cells),
    "executed": sum(cell.execution_count is not None for cell in cells),
    "error": error,
    "stderr": [[cell, output["text"]] for cell, output in outputs if output.get("name") == "stderr"],
    "mimeTypes": sorted({mime for _, output in outputs for mime in output.get("data", {})}),
    "text": "".join(output["text"] for _, output in outputs if output.get("name") == "stdout"),
}
target.parent.mkdir(parents=True, exist_ok=True)
nbformat.write(notebook, target)
print(json.dumps(report))
