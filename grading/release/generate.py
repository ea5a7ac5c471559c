"""nbgrader's generate_assignment: source/<assignment> of a course folder becomes release/<assignment>, and the gradebook
learns its cells.

Arguments: configuration file, course folder, assignment. What nbgrader says against it goes to standard error.
"""
import os
import sys
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader

configuration, folder, assignment = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

# nbgrader calls alembic by its name.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

config = PyFileConfigLoader(configuration.name, path=str(configuration.parent)).load_config()
config.CourseDirectory.root = folder
result = NbGraderAPI(config=config).generate_assignment(assignment)
if not result["success"]:
    sys.exit(result.get("log", "") + (result.get("error") or ""))
