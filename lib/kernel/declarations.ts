import type * as TS from '@tslab/typescript-for-tslab';

/**
 * The declarations of a cell that failed half-way, without the names that never got a value: what it computed before
 * stays usable, the weights of an interrupted training for one.
 *
 * @param declarations text of tslab's declaration file for the cell
 */
export function keepDefined(
  ts: typeof TS,
  declarations: string,
  isDefined: (name: string) => boolean,
): string {
  const file = ts.createSourceFile('cell.d.ts', declarations, ts.ScriptTarget.ES2022, true);
  const { factory } = ts;
  const statements = file.statements.flatMap((statement): TS.Statement[] => {
    if (ts.isVariableStatement(statement)) {
      const { declarationList: list } = statement;
      const kept = list.declarations.filter(({ name }) => !ts.isIdentifier(name) || isDefined(name.text));
      const reduced = factory.updateVariableDeclarationList(list, kept);
      return kept.length > 0
        ? [factory.updateVariableStatement(statement, statement.modifiers, reduced)]
        : [];
    }
    const holdsValue =
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isFunctionDeclaration(statement);
    return holdsValue && statement.name && !isDefined(statement.name.text) ? [] : [statement];
  });
  return ts.createPrinter().printFile(factory.updateSourceFile(file, statements));
}
