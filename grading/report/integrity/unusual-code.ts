import ts from 'typescript';

/** Modules of Node that reach other processes, a network, or the inside of Node itself: no answer of the course needs one. */
const MODULES =
  /^(node:)?(child_process|cluster|worker_threads|net|http|https|http2|tls|dgram|dns|inspector|module|repl|v8|vm|wasi)(\/|$)/;
/** Texts of places that are the grader's or the machine's. */
const PLACES =
  /gradebook|nbgrader|autograded|^\/(proc|sys|etc|root|home|dev)\b(?!\/null)|\.build\/|\/grading\//;
const GLOBALS = new Set(['fetch', 'WebSocket', 'EventSource']);
/** Of `process` and of modules: what gets at the engine, or at other processes. */
const MEMBERS = new Set([
  'binding',
  '_linkedBinding',
  'dlopen',
  'reallyExit',
  'kill',
  'abort',
  'exit',
  '_load',
  '_compile',
  'getBuiltinModule',
]);
/** What belongs to everybody, and changes the grader's helpers in the box where it is changed. */
const SHARED = new Set([
  'Array',
  'Atomics',
  'Buffer',
  'JSON',
  'Math',
  'Object',
  'Promise',
  'Reflect',
  'console',
  'globalThis',
  'process',
  'tf',
]);

/**
 * What code names that answers of this course do without, by its syntax: comments do not count, nor does what it only
 * builds while it runs.
 *
 * @param code TypeScript, right or wrong
 * @returns each once, in the order of its first place
 */
export function unusualCode(code: string): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = unusual(node);
    if (name !== undefined) found.add(name);
    ts.forEachChild(node, visit);
  };
  try {
    visit(ts.createSourceFile('cell.ts', code, ts.ScriptTarget.Latest, true));
  } catch (error) {
    // What nests so deep that the parser's stack ends.
    if (!(error instanceof RangeError)) throw error;
    found.add('code that nests too deep to be read');
  }
  return [...found];
}

function unusual(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) {
    if (MODULES.test(node.text) && isRequest(node.parent)) return `module ${node.text}`;
    return PLACES.test(node.text) ? `path ${JSON.stringify(node.text.slice(0, LONGEST))}` : undefined;
  }
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const { expression } = node;
    return ts.isIdentifier(expression) && GLOBALS.has(expression.text) ? `${expression.text}()` : undefined;
  }
  if (ts.isPropertyAccessExpression(node)) {
    const { expression, name } = node;
    const isOfProcess = expression.getText() === 'process' || name.text.startsWith('_');
    if (MEMBERS.has(name.text) && isOfProcess) return node.getText().slice(0, LONGEST);
    return expression.getText() === 'require' && name.text === 'cache' ? 'require.cache' : undefined;
  }
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? changed(node.left)
    : undefined;
}

const LONGEST = 60;

/** An import, `import()` or `require()`. */
function isRequest(parent: ts.Node): boolean {
  if (ts.isImportDeclaration(parent) || ts.isExternalModuleReference(parent)) return true;
  if (!ts.isCallExpression(parent)) return false;
  const { expression } = parent;
  return expression.kind === ts.SyntaxKind.ImportKeyword || expression.getText() === 'require';
}

/** A member of a shared object to which something is assigned, such as `Array.prototype.map`. */
function changed(target: ts.Expression): string | undefined {
  let root = target;
  while (
    ts.isPropertyAccessExpression(root) ||
    ts.isElementAccessExpression(root) ||
    ts.isParenthesizedExpression(root) ||
    ts.isAsExpression(root)
  )
    root = root.expression;
  const isShared = root !== target && ts.isIdentifier(root) && SHARED.has(root.text);
  return isShared ? `${target.getText().slice(0, LONGEST)} = …` : undefined;
}
