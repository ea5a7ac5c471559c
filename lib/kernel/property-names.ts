import type * as TS from '@tslab/typescript-for-tslab';

/** Where tslab keeps the declarations of earlier cells. */
const EARLIER_CELLS = '__prev__.d.ts';

/**
 * tslab writes every identifier that was declared in an earlier cell, `a`, as `exports.a`. This prepares the places where
 * that goes wrong: it would leave `{ a }` as it is, where `a` is no longer defined, and it would rewrite the name of a
 * property whose object was declared in an earlier cell, `const { a: b } = object`.
 */
export function settlePropertyNames(
  ts: typeof TS,
  checker: TS.TypeChecker,
): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const fromEarlierCell = (symbol: TS.Symbol | undefined) =>
      symbol?.declarations?.some((declaration) =>
        declaration.getSourceFile().fileName.endsWith(EARLIER_CELLS),
      );
    const namesEarlierProperty = (name: TS.PropertyName | undefined): name is TS.Identifier =>
      name !== undefined &&
      ts.isIdentifier(name) &&
      fromEarlierCell(checker.getSymbolAtLocation(name)) === true;
    const quoted = (name: TS.Identifier) => factory.createStringLiteral(name.text);
    const written = (node: TS.ShorthandPropertyAssignment) => {
      const { text } = node.name;
      const place = factory.createPropertyAccessExpression(factory.createIdentifier('exports'), text);
      const initial = node.objectAssignmentInitializer;
      const value = initial
        ? factory.createAssignment(place, ts.visitNode(initial, visit) as TS.Expression)
        : place;
      return factory.createPropertyAssignment(text, value);
    };
    const visit = (node: TS.Node): TS.Node => {
      if (ts.isShorthandPropertyAssignment(node)) {
        const used = checker.getShorthandAssignmentValueSymbol(node);
        return fromEarlierCell(used) ? written(node) : ts.visitEachChild(node, visit, context);
      }
      if (ts.isBindingElement(node) && namesEarlierProperty(node.propertyName)) {
        const { dotDotDotToken, propertyName, name, initializer } = node;
        const same = factory.updateBindingElement(
          node,
          dotDotDotToken,
          quoted(propertyName),
          name,
          initializer,
        );
        return ts.visitEachChild(same, visit, context);
      }
      if (ts.isPropertyAssignment(node) && namesEarlierProperty(node.name)) {
        const same = factory.updatePropertyAssignment(node, quoted(node.name), node.initializer);
        return ts.visitEachChild(same, visit, context);
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitNode(file, visit) as TS.SourceFile;
  };
}
