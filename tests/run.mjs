import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setUp } from '../lib/setup/set-up.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Checks that count as one test each; they run beside one another. */
const CHECKS = [
  ['types', 'typescript/bin/tsc', ['-p', 'tests/tsconfig.json']],
  ['eslint', 'eslint/bin/eslint.js', ['.']],
  ['prettier', 'prettier/bin/prettier.cjs', ['--check', '.']],
];

/**
 * `npm test`: set-up, type check, lint, format, mocha. With file names, only mocha on those.
 * Ends with one line: `N passed, N failed`, and `, N skipped` where tests were.
 */
async function main(files) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const { ok } = await setUp();
  if (!ok) total.failed += 1;
  if (!fs.existsSync(`${ROOT}/node_modules/.package-lock.json`)) return summarise(total);

  if (files.length === 0) {
    const runs = CHECKS.map(([, script, args]) => runNode(script, args, { show: false }));
    for (const [index, [name]] of CHECKS.entries()) {
      const { code, output } = await runs[index];
      console.log(`\n${name}: ${code === 0 ? 'passed' : `failed\n${output.trim()}`}`);
      total[code === 0 ? 'passed' : 'failed'] += 1;
    }
  }
  const mocha = await runNode('mocha/bin/mocha.js', mochaArguments(files), { show: true });
  const counts = mochaCounts(mocha.output);
  if (mocha.code !== 0 && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key];
  return summarise(total);
}

function mochaArguments(files) {
  const all = ['tests/**/*.test.ts', 'tests/**/*.test.mjs'];
  if (process.env.SEGCOURSE_TESTS === 'all') all.push('tests/**/*.long.ts');
  return ['--exit', '--reporter', 'spec', ...(files.length ? files : all)];
}

/** The numbers at the end of mocha's spec report. */
function mochaCounts(output) {
  const plain = output.replace(COLOURS, '');
  const count = (word) => Number([...plain.matchAll(new RegExp(`^  (\\d+) ${word}`, 'gm'))].at(-1)?.[1] ?? 0);
  return { passed: count('passing'), failed: count('failing'), skipped: count('pending') };
}

/** Runs a program of node_modules; `show` passes its output on while it runs. */
function runNode(script, args, { show }) {
  return new Promise((resolve) => {
    // Goldens are full float32; a GPU's convolutions would have 10 bits of mantissa.
    const env = { NVIDIA_TF32_OVERRIDE: '0', ...process.env };
    if (process.stdout.isTTY) env.FORCE_COLOR = '1';
    const child = spawn(process.execPath, [`${ROOT}/node_modules/${script}`, ...args], { cwd: ROOT, env });
    let output = '';
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
        if (show) target.write(text);
      });
    }
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function summarise({ passed, failed, skipped }) {
  console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  return failed ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
