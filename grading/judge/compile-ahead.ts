import { codeCells, type Notebook, sourceOf } from '../notebook';
import type { CompileService } from './compile-service';
import type { GradingPlan } from './plan';

/** Compiles the cells before the first answer, which are the same in every honest submission. */
export async function compileAhead(
  source: Notebook,
  plan: GradingPlan,
  compiler: CompileService,
): Promise<void> {
  let declarations = '';
  for (const { cell, name } of codeCells(source)) {
    if (cell.metadata.nbgrader?.solution) return;
    const code = sourceOf(cell);
    if (plan.isDemonstration(cell) || code.trim() === '') continue;
    ({ declarations } = await compiler.compile(name, code, declarations));
  }
}
