import { transform } from 'esbuild';
import ts from 'typescript';

/** A program as a sequence of its syntax in order: kinds of nodes, names of properties, values of literals. */
export interface Skeleton {
  symbols: string[];
  /** Line, from 0, of each. */
  lines: number[];
}

/**
 * What stays of code when variables are renamed, types dropped and the whole is minified.
 *
 * @param code TypeScript or JavaScript; undefined is returned for what is neither
 */
export async function skeleton(code: string): Promise<Skeleton | undefined> {
  const file = ts.createSourceFile('code.js', (await minified(code)) ?? '', ts.ScriptTarget.Latest);
  if (file.statements.length === 0) return undefined;
  const symbols: string[] = [];
  const lines: number[] = [];
  const visit = (node: ts.Node, parent: ts.Node): void => {
    symbols.push(symbolOf(node, parent));
    lines.push(file.getLineAndCharacterOfPosition(node.pos).line);
    ts.forEachChild(node, (child) => visit(child, node));
  };
  ts.forEachChild(file, (node) => visit(node, file));
  return { symbols, lines };
}
async function minified(code: string): Promise<string | undefined> {
  try {
    const { code: result } = await transform(code, {
      loader: 'ts',
      minify: true,
      target: 'node20',
      logLevel: 'silent',
    });
    return result;
  } catch {
    return undefined;
  }
}

function symbolOf(node: ts.Node, parent: ts.Node): string {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
    const isProperty =
      (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
      ((ts.isPropertyAssignment(parent) ||
        ts.isMethodDeclaration(parent) ||
        ts.isPropertyDeclaration(parent)) &&
        parent.name === node);
    return isProperty ? `.${node.text}` : '_';
  }
  if (ts.isLiteralExpression(node)) return `=${node.text}`;
  if (ts.isBinaryExpression(node)) return `${node.kind}/${node.operatorToken.kind}`;
  return String(node.kind);
}
