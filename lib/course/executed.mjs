import fs from 'node:fs';
import path from 'node:path';
import { hashOf, readJson, writeFile } from '../setup/files.mjs';
import { runNotebook } from './run-notebook.mjs';

/**
 * A notebook with its outputs: from an earlier run of the same notebook with the same library and options, or run now.
 *
 * @param {import('../setup/context.mjs').Context} context
 * @param {string} name
 * @param {Record<string, string>} env for the kernel
 * @param {object} options what the outputs depend on besides notebook and library
 * @returns {Promise<{ notebook: object, seconds?: number }>} `seconds`: how long it ran, if it did
 * @throws {Error} when a cell failed or wrote to stderr
 */
export async function executedNotebook(context, name, env, options) {
  const source = path.join(context.root, 'notebooks', `${name}.ipynb`);
  const text = fs.readFileSync(source);
  const { sources } = readJson(path.join(context.root, '.build', 'segcourse.json'));
  const key = hashOf(JSON.stringify([hashOf(text), sources, options])).slice(0, 16);
  const folder = path.join(context.root, '.build', 'executed');
  const kept = path.join(folder, `${name}.${key}.ipynb`);
  const earlier = readJson(kept);
  if (earlier) return { notebook: earlier };

  const target = path.join(folder, `${name}.${key}.running`);
  const report = await runNotebook(context, source, target, env);
  const [complaint = report.error && ['', report.error]] = report.stderr;
  if (complaint) throw new Error(`${name}: ${complaint.filter(Boolean).join(': ')}`);
  const executed = fs.readFileSync(target, 'utf8');
  fs.rmSync(target);
  for (const file of fs.readdirSync(folder)) {
    if (file.startsWith(`${name}.`)) fs.rmSync(path.join(folder, file));
  }
  writeFile(kept, executed);
  return { notebook: JSON.parse(executed), seconds: report.seconds };
}
