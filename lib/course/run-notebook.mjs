import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { jupyterEnvironment } from '../setup/jupyter-environment.mjs';

const RUNNER = fileURLToPath(new URL('run_notebook.py', import.meta.url));

/**
 * What a run of a notebook was like.
 *
 * @typedef {object} Report
 * @property {number} seconds from the start of the kernel to its end
 * @property {number} peakBytes the kernel's memory at its largest
 * @property {number} cells code cells
 * @property {number} executed those of them that ran
 * @property {Record<string, number | null>} cellSeconds by cell id
 * @property {string[]} long ids of the cells that are marked as long
 * @property {string | null} error what ended the run
 * @property {[string, string][]} stderr cell id and text
 * @property {string[]} mimeTypes of all outputs
 * @property {string} text all that was printed
 * @property {string[]} warnings what was written past the notebook, into the terminal
 */

/**
 * Runs a notebook from top to bottom in a kernel of its own.
 *
 * @param {import('../setup/context.mjs').Context} context
 * @param {string} source the notebook
 * @param {string} target where it goes with its outputs
 * @param {Record<string, string>} [env] added to the kernel's environment
 * @returns {Promise<Report>}
 * @throws {Error} with the runner's words when it could not run a kernel at all
 */
export function runNotebook(context, source, target, env = {}) {
  const jupyter = jupyterEnvironment(context);
  fs.mkdirSync(jupyter.IPYTHONDIR, { recursive: true });
  const python = spawn(context.venvPython, [RUNNER, path.resolve(source), path.resolve(target)], {
    env: { ...jupyter, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    python[stream].setEncoding('utf8').on('data', (text) => {
      said[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    python.on('error', reject);
    python.on('close', (code) => {
      if (code !== 0) return reject(new Error(`${source} could not be run:\n${said.stderr.slice(-4000)}`));
      const report = JSON.parse(said.stdout.trim().split('\n').at(-1));
      resolve({ ...report, warnings: said.stderr.split('\n').filter((line) => line.trim() !== '') });
    });
  });
}

/**
 * A gate for work of which only so much may go on at a time.
 *
 * @param {number} jobs
 * @returns {<Result>(work: () => Promise<Result>) => Promise<Result>} begins the work as soon as there is room, in order
 */
export function atMost(jobs) {
  let free = jobs;
  const waiting = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise((begin) => waiting.push(begin));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
