import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setUp } from '../../lib/setup/set-up.mjs';

/** `npm run bench -- <name> [arguments]`: set-up, then tests/bench/<name>.ts. */
const folder = fileURLToPath(new URL('.', import.meta.url));
const [name, ...args] = process.argv.slice(2);
const names = fs
  .readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .filter((file) => fs.readFileSync(`${folder}${file}.ts`, 'utf8').includes(`npm run bench -- ${file}`));
if (!names.includes(name)) {
  console.error(`bench: got ${name ?? 'no name'}; expected one of: ${names.join(', ')}`);
  process.exit(2);
}
if (!(await setUp()).ok) process.exit(1);
const { status } = spawnSync(process.execPath, ['-r', 'ts-node/register', `${folder}${name}.ts`, ...args], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
