"""nbgrader's own steps as a service: one JSON request a line on stdin, one JSON answer a line on stdout.

Arguments: the course folder and the configuration that a course starts from. A request is {"id", "step", …arguments},
an answer {"id", "value", "warnings"} or {"id", "error", "warnings"}. Ends with its stdin, and so with who started it.
"""
import fcntl
import json
import logging
import os
import sys
from pathlib import Path

# Answers alone go to the real stdout: whatever a plugin prints goes to stderr.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

# A grammar of web addresses for jsonschema, which takes as long to load as all of nbgrader; notebooks need none.
sys.modules["rfc3987_syntax"] = None

from course import Course  # noqa: E402 (nothing that is imported may print there either)


class Warnings(logging.Handler):
    """Keeps what nbgrader warns of during one request."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))

    def take(self):
        lines, self.lines = self.lines, []
        return lines


def is_passing(error):
    """Whether PostgreSQL was away or out of resources: nbgrader puts errors of its own in front."""
    while error is not None:
        cause = getattr(error, "orig", error)
        if type(cause).__module__.startswith("psycopg") and any(
            kind.__name__ == "OperationalError" for kind in type(cause).__mro__
        ):
            return True
        error = error.__cause__ or error.__context__
    return False


def main(folder, configuration):
    # A service whose grader was killed finishes its request; the next one waits for it.
    lock = open(Path(folder, ".grading", "nbgrader.lock"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    warnings = Warnings()
    course = Course(folder, configuration)
    course.log.addHandler(warnings)
    steps = {step.__name__: step for step in (course.prepare, course.sanitise, course.record, course.grades)}
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"id": request.pop("id")}
        try:
            answer["value"] = steps[request.pop("step")](**request)
        except (Exception, SystemExit) as error:  # nbgrader ends the program where it gives up
            answer["error"] = f"{type(error).__name__}: {error}"
            answer["passing"] = is_passing(error)
        answer["warnings"] = warnings.take()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main(*sys.argv[1:])
