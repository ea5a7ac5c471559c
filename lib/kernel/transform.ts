import type * as TS from '@tslab/typescript-for-tslab';

/** Names under which the code of a cell calls the kernel; `$` keeps them apart from what people write. */
export const HELPERS = {
  wait: 'segcourse$wait',
  each: 'segcourse$each',
  load: 'segcourse$load',
  flags: 'segcourse$flags',
  check: 'segcourse$check',
} as const;

/**
 * Rewrites a cell's JavaScript so that the kernel has a hand in whatever takes time:
 *
 *     await x              → await wait(x, line)
 *     for await (a of xs)  → for await (a of each(xs, line))
 *     import(x)            → load(x)        (tslab would turn it into require)
 *     while (a) b;         → while (a) { if (flags[0] !== flags[1]) check(); b; }      and all other loops
 *
 * @param lineOf the cell's line (from 1) at a position of the JavaScript
 */
export function interceptWaits(
  ts: typeof TS,
  lineOf: (position: TS.LineAndCharacter) => number,
): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const call = (name: string, args: TS.Expression[]): TS.Expression =>
      factory.createCallExpression(factory.createIdentifier(name), undefined, args);
    const line = (node: TS.Node): TS.Expression =>
      factory.createNumericLiteral(lineOf(file.getLineAndCharacterOfPosition(node.getStart(file))));

    const watchItems = (loop: TS.IterationStatement, original: TS.Node): TS.IterationStatement => {
      if (!ts.isForOfStatement(loop) || !loop.awaitModifier) return loop;
      const { awaitModifier, initializer, expression, statement } = loop;
      const items = call(HELPERS.each, [expression, line(original)]);
      return factory.updateForOfStatement(loop, awaitModifier, initializer, items, statement);
    };
    const flag = (index: number): TS.Expression =>
      factory.createElementAccessExpression(factory.createIdentifier(HELPERS.flags), index);
    const check = (): TS.Statement =>
      factory.createIfStatement(
        factory.createStrictInequality(flag(0), flag(1)),
        factory.createExpressionStatement(call(HELPERS.check, [])),
      );
    const guardBody = (loop: TS.IterationStatement): TS.Statement => {
      const body = factory.createBlock([check(), loop.statement]);
      if (ts.isForOfStatement(loop)) {
        return factory.updateForOfStatement(
          loop,
          loop.awaitModifier,
          loop.initializer,
          loop.expression,
          body,
        );
      }
      if (ts.isForInStatement(loop))
        return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
      if (ts.isForStatement(loop)) {
        return factory.updateForStatement(loop, loop.initializer, loop.condition, loop.incrementor, body);
      }
      if (ts.isWhileStatement(loop)) return factory.updateWhileStatement(loop, loop.expression, body);
      return factory.updateDoStatement(loop as TS.DoStatement, body, (loop as TS.DoStatement).expression);
    };

    const visit = (node: TS.Node): TS.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isIterationStatement(visited, false)) return guardBody(watchItems(visited, node));
      if (ts.isAwaitExpression(visited)) {
        return factory.updateAwaitExpression(visited, call(HELPERS.wait, [visited.expression, line(node)]));
      }
      if (ts.isCallExpression(visited) && visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
        return call(HELPERS.load, [...visited.arguments]);
      }
      return visited;
    };
    return ts.visitNode(file, visit) as TS.SourceFile;
  };
}
