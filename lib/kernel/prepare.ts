import type * as TS from '@tslab/typescript-for-tslab';

/** An error in the text of a cell that is found before it runs. */
export interface Problem {
  /** Zero-based line and column in the cell. */
  line: number;
  column: number;
  /** Number of characters to underline. */
  length: number;
  message: string;
  file?: string;
}

/**
 * A cell as tslab can take it. Lines and columns stay where they are.
 *
 * - Leading `# ` lines become comments: nbgrader writes them into cells that students deleted.
 * - `export` before a top-level declaration becomes blanks: every top-level name is shared between cells anyway.
 */
export function prepare(ts: typeof TS, code: string): string {
  const text = commentLeadingHashes(code);
  if (!/\bexport\b/.test(text)) return text;
  const source = parse(ts, text);
  let out = text;
  const blank = (start: number, end: number): void => {
    out = out.slice(0, start) + out.slice(start, end).replace(/[^\n]/g, ' ') + out.slice(end);
  };
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier) {
      blank(statement.getStart(source), statement.end);
    } else if (ts.canHaveModifiers(statement)) {
      const modifiers = ts.getModifiers(statement) ?? [];
      if (modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)) continue;
      const word = modifiers.find((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
      if (word) blank(word.getStart(source), word.end);
    }
  }
  return out;
}

/** What tslab would stumble over without a message that says why. */
export function findProblems(ts: typeof TS, text: string): Problem[] {
  if (!/\b__/.test(text)) return [];
  const source = parse(ts, text);
  const names = source.statements.flatMap((statement) => declaredNames(ts, statement));
  return names
    .filter((name) => name.text.startsWith('__'))
    .map((name) => {
      const { line, character } = source.getLineAndCharacterOfPosition(name.getStart(source));
      return {
        line,
        column: character,
        length: name.text.length,
        message:
          `Top-level names that start with two underscores cannot be shared between cells; ` +
          `rename '${name.text}' to '${name.text.replace(/^_+/, '_')}'.`,
      };
    });
}

function commentLeadingHashes(code: string): string {
  const lines = code.split('\n');
  for (let i = 0; i < lines.length && /^#( |$)/.test(lines[i]); i++) {
    lines[i] = lines[i].length > 1 ? `//${lines[i].slice(2)}` : '';
  }
  return lines.join('\n');
}

function parse(ts: typeof TS, text: string): TS.SourceFile {
  return ts.createSourceFile('cell.ts', text, ts.ScriptTarget.ES2022, true);
}

function declaredNames(ts: typeof TS, statement: TS.Statement): TS.Identifier[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((declaration) => boundNames(ts, declaration.name));
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  ) {
    return statement.name ? [statement.name] : [];
  }
  return [];
}

function boundNames(ts: typeof TS, name: TS.BindingName): TS.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(ts, element.name),
  );
}

/** True for a `for await` outside all functions, which tslab does not count as a top-level `await`. */
export function hasTopLevelForAwait(ts: typeof TS, text: string): boolean {
  if (!/\bfor\s+await\b/.test(text)) return false;
  const find = (node: TS.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    return (
      (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
      (ts.forEachChild(node, find) ?? false)
    );
  };
  return find(parse(ts, text));
}
