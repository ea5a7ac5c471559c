import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../io/package-root';
import { showTable, type Status } from './table';

/** One part of the course's environment, as `npm run setup -- --check` lists it. */
export interface EnvironmentRow {
  part: string;
  state: 'ok' | 'missing' | 'warning';
  found: string;
  /** What to do where the state is not ok. */
  remedy: string;
}

const STATUS: Record<EnvironmentRow['state'], Status> = { ok: 'good', warning: 'warning', missing: 'bad' };

/** Looks at every part that set-up cares for, from the compiler to the data sets; changes nothing. */
export async function checkEnvironment(): Promise<EnvironmentRow[]> {
  const file = join(packageRoot(), 'lib', 'setup', 'check.mjs');
  const setup = (await import(pathToFileURL(file).href)) as { checkEnvironment(): Promise<EnvironmentRow[]> };
  return setup.checkEnvironment();
}

/** Shows what `checkEnvironment` found, and the remedy for whatever is missing. */
export async function showEnvironment(): Promise<void> {
  const rows = await checkEnvironment();
  const missing = rows.filter(({ state }) => state !== 'ok').length;
  showTable(rows, {
    title: missing === 0 ? 'Everything is in place' : `${missing} of ${rows.length} parts need attention`,
    headings: { part: 'Part', state: 'State', found: 'Found', remedy: 'What to do' },
    status: { state: (state) => STATUS[state as EnvironmentRow['state']] },
  });
}
