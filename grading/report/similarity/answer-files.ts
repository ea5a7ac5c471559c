import type { CourseFolder } from '../../grade/course-folder';
import { type Notebook, sourceOf } from '../../notebook';

/** Characters of an answer, and brackets open in it at once, that are compared; the course's need some thousand, and ten. */
const LIMITS = { characters: 2 ** 16, depth: 100 };

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
      for (const [file, text] of answersIn(recorded)) files[`${student}/${file}`] = text;
    }
  }
  return files;
}

/** The same cells as students got them, by `<grade id>.ts`. */
export function givenFiles(
  course: CourseFolder,
  assignment: string,
  notebooks: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    notebooks.flatMap((name) => answersIn(course.releasedNotebook(assignment, name))),
  );
}

function answersIn(notebook: Notebook | undefined): [file: string, text: string][] {
  return (notebook?.cells ?? []).flatMap((cell): [string, string][] => {
    const { solution, grade_id: id = '' } = cell.metadata.nbgrader ?? {};
    return cell.cell_type === 'code' && solution && /^[\w.-]+$/.test(id)
      ? [[`${id}.ts`, sourceOf(cell)]]
      : [];
  });
}

/**
 * The files with blanks in the place of types, line for line, since JPlag stops reading at some of them. What no
 * student writes, too long or nested too deep for a parser, is left out.
 */
export async function withoutTypes(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const { default: blank } = await import('ts-blank-space');
  const readable = Object.entries(files).filter(([, text]) => isReadable(text));
  return Object.fromEntries(readable.map(([name, text]) => [name, blank(text)]));
}

function isReadable(text: string): boolean {
  if (text.length > LIMITS.characters) return false;
  let depth = 0;
  for (const character of text) {
    if ('([{<'.includes(character)) depth += 1;
    else if (')]}>'.includes(character)) depth = Math.max(0, depth - 1);
    if (depth > LIMITS.depth) return false;
  }
  return true;
}
