import ts from 'typescript';

/** A piece of a source file and its line, from 1. */
interface Piece {
  text: string;
  line: number;
}

export interface Code {
  /** Without the marks of comments; imports and re-exports are left out. */
  lines: Piece[];
  /** String literals, and the parts of templates, as they read; `isTitle`: the value of a property of that name. */
  strings: (Piece & { isTitle: boolean })[];
  /** What is declared. */
  names: Piece[];
}

/** The pieces of a TypeScript, JavaScript or Python file; of Python the lines alone. */
export function readCode(name: string, text: string): Code {
  const file = ts.createSourceFile(name, name.endsWith('.py') ? '' : text, ts.ScriptTarget.Latest);
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const code: Code = { lines: [], strings: [], names: [] };
  const passed = new Set<number>();
  const visit = (node: ts.Node, isTitle = false): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const last = file.getLineAndCharacterOfPosition(node.end).line + 1;
      for (let line = lineOf(node); line <= last; line++) passed.add(line);
      return;
    }
    if (isText(node)) code.strings.push({ text: node.text, line: lineOf(node), isTitle });
    const { name: declared } = node as Partial<ts.NamedDeclaration>;
    if (declared && ts.isIdentifier(declared) && !ts.isPropertyAccessExpression(node)) {
      code.names.push({ text: declared.text, line: lineOf(node) });
    }
    const hasTitle = isTitle || (ts.isPropertyAssignment(node) && node.name.getText(file) === 'title');
    ts.forEachChild(node, (child) => visit(child, hasTitle));
  };
  visit(file);
  for (const [at, line] of text.split('\n').entries()) {
    if (!passed.has(at + 1)) code.lines.push({ text: withoutMarks(line), line: at + 1 });
  }
  return code;
}

/** A string literal, or a part of a template between its substitutions. */
export const isText = (node: ts.Node): node is ts.StringLiteralLike | ts.TemplateLiteralLikeNode =>
  ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);

const withoutMarks = (line: string): string =>
  line.replace(/^\s*(\/\*\*?|\*|\/\/|#)\s/, '').replace(/\s*\*\/\s*$/, '');
