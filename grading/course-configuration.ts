import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../lib/io/package-root';
import { writeFileWhole } from '../lib/io/write-file';

/** Gives a course folder the nbgrader_config.py that its instructor may change, where there is none. */
export function configureCourse(course: string): void {
  const file = path.join(course, 'nbgrader_config.py');
  if (existsSync(file)) return;
  const defaults = path.join(packageRoot(), 'grading', 'nbgrader_config.py');
  writeFileWhole(file, Buffer.from(configuration(defaults)));
}

function configuration(defaults: string): string {
  return `"""nbgrader in this course; \`npm run nbgrader -- --help-all\` lists all settings."""

c = get_config()  # noqa: F821 (nbgrader defines it)

load_subconfig(${JSON.stringify(defaults)})  # noqa: F821

# Late submissions: 'none' (no penalty), 'zero' (no points), or a plugin of your own in this folder:
# c.AssignLatePenalties.plugin_class = "late.HalfAnHour"
c.LateSubmissionPlugin.penalty_method = "none"

# The gradebook in PostgreSQL, in place of gradebook.db; there a course has to have a name:
# c.CourseDirectory.db_url = "postgresql+psycopg://user:password@host/gradebook"
# c.CourseDirectory.course_id = "segmentation"

# How your learning platform names the files that it hands out (nbgrader zip_collect), for example
# masks_ada_attempt_2026-01-30-15-00-00_masks.ipynb:
c.FileNameCollectorPlugin.named_regexp = (
    r".*_(?P<student_id>\\w+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>[\\w.-]+\\.ipynb)"
)
`;
}
