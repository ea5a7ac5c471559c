/** `npm run release -- <assignment>`: set-up where something is missing, then the release. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setUp } from '../../lib/setup/set-up.mjs';

const { ok } = await setUp();
if (!ok) process.exit(1);
const main = fileURLToPath(new URL('../../.build/grading/release/main.js', import.meta.url));
process.exitCode = await createRequire(import.meta.url)(main).main(process.argv.slice(2));
