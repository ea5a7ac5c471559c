"""Runs one assignment through nbgrader: source, release, submissions, gradebook.

Arguments: the course folder (with source/<assignment>/<notebook>.ipynb) and the configuration file. Standard input:
{"assignment", "notebook", "submissions": {student: {"write": {grade_id: source}, "remove": [grade_id]}}}, each
submission as its changes to the release. Prints, as JSON, the released cells and for each student the scores and the
errors of the executed cells.
"""
import json
import sys
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader

folder, configuration = map(Path, sys.argv[1:])
task = json.load(sys.stdin)
assignment, name = task["assignment"], task["notebook"]

config = PyFileConfigLoader(configuration.name, path=str(configuration.parent)).load_config()
config.CourseDirectory.root = str(folder)
nbgrader = NbGraderAPI(config=config)


def finish(result):
    if not result["success"]:
        sys.exit(result.get("log", "") + result["error"])


def notebook(*parts):
    return folder.joinpath(*parts, f"{name}.ipynb")


def cells(file):
    """The cells that nbgrader knows, by their ids."""
    known = [cell for cell in nbformat.read(file, as_version=4).cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: cell for cell in known}


def submit(student, write, remove):
    submission = nbformat.read(notebook("release", assignment), as_version=4)
    for cell in list(submission.cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in remove:
            submission.cells.remove(cell)
        cell.source = write.get(grade_id, cell.source)
    target = notebook("submitted", student, assignment)
    target.parent.mkdir(parents=True)
    nbformat.write(submission, target)


def graded(student):
    with Gradebook(nbgrader.coursedir.db_url) as gradebook:
        grades = gradebook.find_submission_notebook(name, assignment, student).grades
        scores = {grade.name: grade.auto_score for grade in grades}
    executed = cells(notebook("autograded", student, assignment))
    errors = {
        grade_id: f"{output.ename}: {output.evalue}"
        for grade_id, cell in executed.items()
        for output in cell.outputs
        if output.output_type == "error"
    }
    return {"scores": scores, "errors": errors, "sources": {key: cell.source for key, cell in executed.items()}}


finish(nbgrader.generate_assignment(assignment))
for student, changes in task["submissions"].items():
    submit(student, changes.get("write", {}), changes.get("remove", []))
    finish(nbgrader.autograde(assignment, student))

release = {key: cell.source for key, cell in cells(notebook("release", assignment)).items()}
print(json.dumps({"release": release, "students": {student: graded(student) for student in task["submissions"]}}))
