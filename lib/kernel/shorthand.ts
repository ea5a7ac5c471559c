import type * as TS from '@tslab/typescript-for-tslab';

/** Where tslab keeps the declarations of earlier cells. */
const EARLIER_CELLS = '__prev__.d.ts';

/**
 * Writes `{ a }` as `{ a: exports.a }` where `a` comes from an earlier cell. tslab itself writes such an `a` as
 * `exports.a` everywhere but in this place, where it would be no longer defined.
 */
export function expandShorthand(
  ts: typeof TS,
  checker: TS.TypeChecker,
): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const fromEarlierCell = (node: TS.ShorthandPropertyAssignment) =>
      checker
        .getShorthandAssignmentValueSymbol(node)
        ?.declarations?.some((declaration) => declaration.getSourceFile().fileName.endsWith(EARLIER_CELLS));
    const visit = (node: TS.Node): TS.Node => {
      if (!ts.isShorthandPropertyAssignment(node) || !fromEarlierCell(node)) {
        return ts.visitEachChild(node, visit, context);
      }
      const { text } = node.name;
      const value = factory.createPropertyAccessExpression(factory.createIdentifier('exports'), text);
      return factory.createPropertyAssignment(text, value);
    };
    return ts.visitNode(file, visit) as TS.SourceFile;
  };
}
