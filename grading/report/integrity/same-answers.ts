import ts from 'typescript';

/** Steps of syntax beyond what was given, from which on two people hardly write the same by chance. */
const LONG = 100;

export interface Answer {
  student: string;
  /** nbgrader's id of the cell. */
  cell: string;
  text: string;
}

export interface SameAnswer {
  cell: string;
  /** In the order of the answers. */
  students: string[];
}

/**
 * Finds answers that are the same program, whatever their comments and white space, and with each name consistently
 * another. Answers that are short, or hardly more than was given, are left out: many come to those by themselves.
 *
 * @param given text of each answer's cell as students got it, by the cell's id
 */
export function sameAnswers(answers: readonly Answer[], given: ReadonlyMap<string, string>): SameAnswer[] {
  const base = new Map([...given].map(([cell, text]) => [cell, programOf(text).length]));
  const groups = new Map<string, SameAnswer>();
  for (const { student, cell, text } of answers) {
    const program = programOf(text);
    if (program.length - (base.get(cell) ?? 0) < LONG) continue;
    const key = JSON.stringify([cell, ...program]);
    const group = groups.get(key) ?? { cell, students: [] };
    group.students.push(student);
    groups.set(key, group);
  }
  return [...groups.values()].filter(({ students }) => students.length > 1);
}

/** The syntax in order, with names as the number of their first place; empty for what is no program. */
function programOf(text: string): string[] {
  const names = new Map<string, number>();
  const steps: string[] = [];
  const visit = (node: ts.Node): void => {
    steps.push(step(node, names));
    ts.forEachChild(node, visit);
  };
  try {
    ts.forEachChild(ts.createSourceFile('answer.ts', text, ts.ScriptTarget.Latest), visit);
  } catch (error) {
    // What nests so deep that the parser's stack ends.
    if (!(error instanceof RangeError)) throw error;
    return [];
  }
  return steps;
}

function step(node: ts.Node, names: Map<string, number>): string {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
    if (!names.has(node.text)) names.set(node.text, names.size);
    return `#${names.get(node.text)}`;
  }
  if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node))
    return `=${node.text}`;
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
    return `${node.kind}/${node.operator}`;
  return String(node.kind);
}
