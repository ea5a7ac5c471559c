"""Runs a notebook from top to bottom without a browser and prints one JSON line about it.

run_notebook.py NOTEBOOK EXECUTED: EXECUTED is where the notebook with its outputs goes.
"""

import json
import resource
import sys
import time
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


def seconds_of(cell):
    """From the moment when the kernel took the cell to its answer; None where one of them never came."""
    moments = cell.metadata.get("execution", {})
    ends = [moments.get(name) for name in ("iopub.execute_input", "shell.execute_reply")]
    if None in ends:
        return None
    began, ended = (datetime.fromisoformat(end.replace("Z", "+00:00")) for end in ends)
    return round((ended - began).total_seconds(), 2)


source, target = map(Path, sys.argv[1:])
notebook = nbformat.read(source, as_version=4)
client = NotebookClient(notebook, kernel_name="segcourse", timeout=3600, resources={"metadata": {"path": source.parent}})
started = time.perf_counter()
error = None
try:
    client.execute()
except CellExecutionError as failure:
    error = f"{failure.ename}: {failure.evalue}"
except (DeadKernelError, TimeoutError) as failure:
    error = f"{type(failure).__name__}: {failure}"
cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
outputs = [(cell.id, output) for cell in cells for output in cell.get("outputs", [])]
report = {
    "seconds": round(time.perf_counter() - started, 1),
    # Of the kernel, which has ended by now.
    "peakBytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * BYTES_OF_MAXRSS,
    "cells": len(cells),
    "executed": sum(cell.execution_count is not None for cell in cells),
    "cellSeconds": {cell.id: seconds_of(cell) for cell in cells},
    "long": [cell.id for cell in cells if "long" in cell.metadata.get("tags", [])],
    "error": error,
    "stderr": [[cell, output["text"]] for cell, output in outputs if output.get("name") == "stderr"],
    "mimeTypes": sorted({mime for _, output in outputs for mime in output.get("data", {})}),
    "text": "".join(output["text"] for _, output in outputs if output.get("name") == "stdout"),
}
for cell in cells:
    cell.metadata.pop("execution", None)
target.parent.mkdir(parents=True, exist_ok=True)
nbformat.write(notebook, target)
print(json.dumps(report))
