import type { CourseFolder } from '../grade/course-folder';
import { sourceOf } from '../notebook';

/**
 * What students wrote, and nothing that they were given, as one TypeScript file for each answer: what JPlag compares.
 *
 * @returns texts by `<student>/<grade id>.ts`
 */
export function answerFiles(
  course: CourseFolder,
  assignment: string,
  students: readonly string[],
  notebooks: readonly string[],
): Record<string, string> {
  const files: Record<string, string> = {};
  for (const student of students) {
    for (const name of notebooks) {
      const recorded = course.recordedNotebook(student, assignment, name);
      for (const cell of recorded?.cells ?? []) {
        const { solution, grade_id: id = '' } = cell.metadata.nbgrader ?? {};
        if (cell.cell_type !== 'code' || !solution || !/^[\w.-]+$/.test(id)) continue;
        files[`${student}/${id}.ts`] = sourceOf(cell);
      }
    }
  }
  return files;
}
