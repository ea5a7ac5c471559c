import { checkEnvironment, formatTable } from './check.mjs';
import { setUp } from './set-up.mjs';

/** `npm run setup`: all that is missing; `-- --check` only looks, `-- --check --json` says it to programs. */
const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== '--check' && arg !== '--json');

if (unknown.length || (args.includes('--json') && !args.includes('--check'))) {
  console.error(`npm run setup: got ${args.join(' ')}; expected nothing, --check, or --check --json`);
  process.exitCode = 2;
} else if (args.includes('--check')) {
  const rows = await checkEnvironment();
  console.log(args.includes('--json') ? JSON.stringify(rows, null, 2) : formatTable(rows));
} else {
  process.exitCode = (await setUp()).ok ? 0 : 1;
}
