import fs from 'node:fs';
import path from 'node:path';
import { writeFile } from './files.mjs';

/**
 * Tells nbgrader's panels in JupyterLab where the course is. What the instructor set in the course folder's own
 * nbgrader_config.py goes first.
 *
 * @param {import('./context.mjs').Context} context
 * @param {string} config JupyterLab's folder of configurations
 * @param {string} course nbgrader's course folder: sources, releases, submissions and the gradebook
 */
export function configureFormgrader({ root }, config, course) {
  // Without it formgrader stops at its list of courses.
  const exchange = path.join(course, '.exchange');
  fs.mkdirSync(exchange, { recursive: true });
  const own = path.join(course, 'nbgrader_config.py');
  const settings = fs.existsSync(own) ? own : path.join(root, 'grading', 'nbgrader_config.py');
  const lines = [
    'c = get_config()',
    `load_subconfig(${JSON.stringify(settings)})`,
    `c.CourseDirectory.root = ${JSON.stringify(course)}`,
    `c.Exchange.root = ${JSON.stringify(exchange)}`,
  ];
  writeFile(path.join(config, 'nbgrader_config.py'), `${lines.join('\n')}\n`);
}
