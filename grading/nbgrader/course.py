"""A course folder of nbgrader, worked on by nbgrader's own classes under the instructor's own configuration."""
import os
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import PyFileConfigLoader

from safe_html import HarmlessOutputs


class CourseApp(NbGrader):
    """Reads the configuration as nbgrader's commands do, the course folder's own file above ours."""

    name = "segcourse-grader"
    defaults = None

    def build_extra_config(self):
        path = Path(self.defaults)
        return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()


class Record(Autograde):
    """Autograde without its first half, which sanitised, and without Execute: the notebooks come executed."""

    force = True

    @property
    def _input_directory(self):
        return self.coursedir.submitted_directory

    def _init_preprocessors(self):
        self.exporter._preprocessors = []
        for preprocessor in self.autograde_preprocessors:
            if preprocessor is not Execute:
                self.exporter.register_preprocessor(preprocessor)
        self.exporter.register_preprocessor(HarmlessOutputs, enabled=True)

    def convert_single_notebook(self, notebook_filename):
        self._init_preprocessors()
        super(Autograde, self).convert_single_notebook(notebook_filename)


def recorded(submission):
    return {
        "score": submission.score,
        "max_score": submission.max_score,
        "late_penalty": submission.late_submission_penalty,
        "needs_manual_grade": submission.needs_manual_grade,
    }


class Course:
    def __init__(self, folder, defaults):
        os.chdir(folder)
        CourseApp.defaults = defaults
        self.app = CourseApp()
        self.app.initialize([])
        self.log = self.app.log
        structure = self.app.coursedir.directory_structure
        if structure != CourseDirectory.directory_structure.default_value:
            raise ValueError(f"got CourseDirectory.directory_structure {structure!r}; expected nbgrader's own")

    def prepare(self, assignment, notebooks, changed):
        """Takes the source into the gradebook and makes release/, where `changed` or not yet done.

        Returns the released notebooks by their names, and the students whose submissions the gradebook holds.
        """
        directory = self._directory(assignment)
        release = Path(directory.format_path(directory.release_directory, ".", assignment))
        files = {name: release / f"{name}.ipynb" for name in notebooks}
        if changed or not self._knows(assignment, notebooks) or not all(map(Path.exists, files.values())):
            converter = GenerateAssignment(coursedir=directory, parent=self.app)
            converter.force = True
            converter.start()
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            recorded = [submission.student_id for submission in gradebook.assignment_submissions(assignment)]
        released = {name: nbformat.read(file, as_version=4) for name, file in files.items()}
        return {"released": released, "recorded": recorded}

    def sanitise(self, assignment, student, notebook, content):
        """The notebook after the first half of Autograde."""
        converter = Autograde(coursedir=self._directory(assignment, student), parent=self.app)
        converter.exporter = converter.exporter_class(parent=converter, config=converter.config)
        converter._init_preprocessors()
        names = {"student": student, "assignment": assignment, "notebook": notebook}
        resources = {"unique_key": notebook, "nbgrader": {**names, "db_url": converter.coursedir.db_url}}
        text, _ = converter.exporter.from_notebook_node(nbformat.from_dict(content), resources)
        return nbformat.reads(text, as_version=4)

    def record(self, assignment, student, staged):
        """Takes executed notebooks into autograded/ and the gradebook.

        `staged` stands in for submitted/: it holds them, the timestamp and the other files of the submission.
        """
        directory = self._directory(assignment, student)
        directory.submitted_directory = staged
        self._check_timestamp(directory, assignment, student)
        Record(coursedir=directory, parent=self.app).start()
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            return recorded(gradebook.find_submission(assignment, student))

    def grades(self, assignment):
        """What the gradebook holds of the assignment, a row a submission."""
        directory = self._directory(assignment)
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            return [
                {
                    "student": submission.student.id,
                    "first_name": submission.student.first_name,
                    "last_name": submission.student.last_name,
                    "email": submission.student.email,
                    "timestamp": str(submission.timestamp) if submission.timestamp else None,
                    **recorded(submission),
                }
                for submission in sorted(
                    gradebook.assignment_submissions(assignment), key=lambda each: each.student.id
                )
            ]

    def _directory(self, assignment, student="*"):
        return CourseDirectory(parent=self.app, assignment_id=assignment, student_id=student)

    def _check_timestamp(self, directory, assignment, student):
        """Takes away a time of submission that nbgrader would stop at."""
        folder = directory.format_path(directory.submitted_directory, student, assignment)
        try:
            directory.get_existing_timestamp(folder)
        except Exception:
            self.log.warning("timestamp.txt of %s holds no time; the submission counts as in time", student)
            Path(folder, "timestamp.txt").unlink()

    def _knows(self, assignment, notebooks):
        with Gradebook(self.app.coursedir.db_url, self.app.coursedir.course_id) as gradebook:
            try:
                known = {notebook.name for notebook in gradebook.find_assignment(assignment).notebooks}
            except MissingEntry:
                return False
        return known == set(notebooks)
