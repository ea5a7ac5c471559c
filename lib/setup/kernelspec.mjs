import fs from 'node:fs';
import path from 'node:path';
import { writeFile } from './files.mjs';

const KERNEL = 'share/jupyter/kernels/segcourse';
const SETTINGS = 'share/jupyter/lab/settings/overrides.json';

/** A U for the network, a pixel for the mask. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="10" fill="#3178c6"/>
  <path d="M16 14v18a16 16 0 0 0 32 0V14" fill="none" stroke="#fff" stroke-width="8"/>
  <path d="M22 16h20M22 27h20" stroke="#fff" stroke-width="2.5" stroke-dasharray="3 3"/>
  <rect x="27" y="31" width="10" height="10" fill="#ffd43b"/>
</svg>
`;

/**
 * The course's kernel and JupyterLab's settings, in .venv alone.
 *
 * @returns {import('./steps.mjs').Step}
 */
export function kernelStep(context) {
  const files = kernelFiles(context);
  const isWritten = ([file, text]) => fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text;
  return {
    name: 'notebook kernel',
    fresh: () => (Object.entries(files).every(isWritten) ? '' : undefined),
    async run() {
      for (const [file, text] of Object.entries(files)) writeFile(file, text);
      return 'registered in .venv';
    },
  };
}

/** @returns {Record<string, string>} text by path */
export function kernelFiles({ root, venv }) {
  const kernel = {
    argv: [
      process.execPath,
      path.join(root, '.build/lib/kernel/main.js'),
      '--config-path',
      '{connection_file}',
    ],
    display_name: 'TypeScript (segcourse)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { debugger: false },
  };
  const settings = {
    '@jupyterlab/apputils-extension:notification': {
      checkForUpdates: false,
      fetchNews: 'false',
      doNotDisturbMode: false,
    },
  };
  return {
    [path.join(venv, KERNEL, 'kernel.json')]: json(kernel),
    [path.join(venv, KERNEL, 'logo-svg.svg')]: LOGO,
    [path.join(venv, SETTINGS)]: json(settings),
  };
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
