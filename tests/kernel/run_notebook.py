"""Executes a small notebook with nbclient and prints what its cells showed, as JSON."""
import json
import os

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

CELLS = [
    "const a = 1;\nconsole.log('x'); console.log('y');",
    "throw new RangeError('bad');",
    "a + 1",
    "while (true) await new Promise((r) => setTimeout(r, 10));",
    "'after the timeout'",
]
SHOWN = {
    "stream": lambda output: output.text,
    "error": lambda output: output.ename,
    "execute_result": lambda output: output.data["text/plain"],
}

notebook = new_notebook(cells=[new_code_cell(code) for code in CELLS])
client = NotebookClient(
    notebook,
    kernel_name=os.environ["SEGCOURSE_KERNEL"],
    allow_errors=True,
    timeout_func=lambda cell: 3 if "while" in cell.source else 60,
    interrupt_on_timeout=True,
)
client.execute()
print(
    json.dumps(
        [
            {
                "count": cell.execution_count,
                "outputs": [[output.output_type, SHOWN[output.output_type](output)] for output in cell.outputs],
            }
            for cell in notebook.cells
        ]
    )
)
