#!/usr/bin/env node
/** `npx segcourse <command>`: the compiled command line, which set-up and `npm run build` make. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../.build/lib/cli/main.js', import.meta.url));
if (!existsSync(compiled)) {
  console.error(`segcourse: got no ${compiled}; expected what set-up compiles: run npm run setup`);
  process.exit(1);
}
// A reader that has seen enough, such as head, closes the pipe.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await createRequire(import.meta.url)(compiled).main(process.argv.slice(2));
