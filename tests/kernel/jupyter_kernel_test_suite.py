"""The PyPI package jupyter_kernel_test against the segcourse kernel.

The kernel's spec is found by JUPYTER_PATH; SEGCOURSE_KERNEL names it.
"""
import os
import unittest

import jupyter_kernel_test


class SegcourseKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ.get("SEGCOURSE_KERNEL", "segcourse")
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "Math.hyp", "matches": {"hypot"}},
        {"text": "const πλάτος = [1]; πλάτος.findInd", "matches": {"findIndex"}},
    ]
    complete_code_samples = ["1", "console.log('hello')", "function f() {\n  return 3;\n}\n", "const s = `a\nb`;"]
    incomplete_code_samples = ["function f() {", "[1, 2", "if (true) {\n  console.log(1);"]
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2, 3].map((x) => x * x)", "result": "[ 1, 4, 9 ]"},
        {"code": "await Promise.resolve('text')", "result": "'text'"},
    ]
    code_display_data = [
        {"code": "import * as tslab from 'tslab';\ntslab.display.html('<b>bold</b>');", "mime": "text/html"},
        {"code": "tslab.display.png(new Uint8Array([137, 80, 78, 71]));", "mime": "image/png"},
    ]
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = (
        "(globalThis as any)[Symbol.for('segcourse.kernel')]"
        ".display({ data: { 'text/plain': 'new' } }, { clear: true })"
    )


if __name__ == "__main__":
    unittest.main()
