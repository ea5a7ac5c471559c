import { createRequire } from 'node:module';
import { setupContext } from '../../lib/setup/context.mjs';
import { setUp } from '../../lib/setup/set-up.mjs';

/** `npm run report`: set-up, then the compiled command. */
const { ok } = await setUp(setupContext(), process.stderr);
const main = () => createRequire(import.meta.url)('../../.build/grading/report/main.js').main;
process.exit(ok ? await main()(process.argv.slice(2)) : 1);
