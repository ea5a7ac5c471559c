import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addonIsReady } from './addon.mjs';
import { runCommand } from './command.mjs';
import { setupContext } from './context.mjs';
import { readJson } from './files.mjs';
import { kernelStep } from './kernelspec.mjs';
import { libraryIsBuilt } from './library.mjs';
import { cpuFeatures, describeMachine, gpuNames } from './machine.mjs';
import { addonIsInstalled } from './native-addon.mjs';
import { ownAddons } from './own-addons.mjs';
import { installedPackages } from './packages.mjs';
import { findCompiler, findPython, requireNode, venvVersion } from './prerequisites.mjs';
import { pinnedVersion, venvIsComplete } from './python.mjs';
import { isReleased, releasedLibraryIsComplete } from './released.mjs';
import { remedyFor, systemFamily } from './remedies.mjs';
import { formatBytes } from './reporter.mjs';
import { SetupError } from './steps.mjs';
import { tensorflowIsComplete } from './tensorflow.mjs';
import { chooseTensorFlow } from './wheels.mjs';

const SETUP = 'npm run setup';
/** A training step of the course's U-Net takes up to 2.6 GB. */
const ENOUGH_MEMORY = 4e9;

/**
 * @typedef {{ part: string, state: 'ok' | 'missing' | 'warning', found: string, remedy: string }} Row
 */

/**
 * What set-up looks at, part by part; changes nothing.
 *
 * @param {import('./context.mjs').Context} [context]
 * @returns {Promise<Row[]>} `remedy` is empty where the state is ok
 */
export async function checkEnvironment(context = setupContext()) {
  const native = chooseTensorFlow(await describeMachine(context));
  return [
    await attempt('Node.js', async () => {
      requireNode(process.version, context.platform);
      return process.versions.node;
    }),
    await attempt('Python', async () => venvVersion(context) ?? (await findPython(context)).version),
    await compilerRow(context),
    row('npm packages', installedPackages(context.root)),
    row(
      'Python environment',
      venvIsComplete(context) &&
        `JupyterLab ${pinnedVersion('jupyterlab')}, nbgrader ${nbgraderVersion(context)}`,
    ),
    await tensorflowRow(context, native),
    row('TensorFlow addon', !native.reason && addonIsReady(context, native) && 'compiled', 'warning'),
    ...(native.reason
      ? []
      : ownAddons(context, native).map((addon) =>
          row(addon.name, addonIsInstalled(context, addon) && 'compiled', 'warning'),
        )),
    row('course library', libraryIsReady(context) && 'compiled'),
    row('notebook kernel', kernelStep(context).fresh() !== undefined && 'TypeScript (segcourse)'),
    ...datasetRows(context),
    memoryRow(os.totalmem(), os.freemem()),
    {
      part: 'processor',
      state: 'ok',
      found: `${os.availableParallelism()} cores, ${os.cpus()[0]?.model ?? os.arch()}`,
      remedy: '',
    },
  ];
}

/** The rows as an aligned text table. */
export function formatTable(rows) {
  const marks = { ok: 'ok', missing: 'MISSING', warning: 'warning' };
  const lines = [
    ['part', 'state', 'found', 'remedy'],
    ...rows.map((r) => [r.part, marks[r.state], r.found, r.remedy]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell.replace(/\n/g, '; ')))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @returns {Row} */
function row(part, found, otherwise = 'missing', remedy = SETUP) {
  return found ? { part, state: 'ok', found, remedy: '' } : { part, state: otherwise, found: '', remedy };
}

async function attempt(part, find) {
  try {
    return row(part, await find());
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { part, state: 'missing', found: error.message, remedy: error.remedy ?? SETUP };
  }
}

async function compilerRow(context) {
  const compiler = await findCompiler(context);
  const remedy = remedyFor('compiler', systemFamily(context.platform));
  if (!compiler) return row('C++ compiler', undefined, 'warning', remedy);
  const { output } = await runCommand(compiler[0], ['--version'], { env: context.env });
  return row('C++ compiler', output.split('\n')[0] || compiler[0]);
}

async function tensorflowRow(context, native) {
  const part = 'TensorFlow';
  if (native.reason)
    return { part, state: 'warning', found: `plain JavaScript: ${native.reason}`, remedy: '' };
  if (!tensorflowIsComplete(context, native)) return row(part, undefined, 'warning');
  const device =
    native.variant === 'cuda' ? (await gpuNames(context.env)).join(', ') || 'CUDA' : cpuFeatures().join(' ');
  return row(
    part,
    `${native.version} on ${native.variant === 'cuda' ? 'GPU' : 'CPU'}${device && ` (${device})`}`,
  );
}

function libraryIsReady(context) {
  return isReleased(context) ? releasedLibraryIsComplete(context) : libraryIsBuilt(context);
}

function nbgraderVersion({ venv }) {
  const folder = path.join(venv, 'lib');
  const packages = fs
    .readdirSync(folder)
    .flatMap((python) => fs.readdirSync(path.join(folder, python, 'site-packages')));
  return packages.map((name) => /^nbgrader-(.+)\.dist-info$/.exec(name)?.[1]).find(Boolean) ?? '';
}

/** One row a data set of data/manifest.json: how many of its files are in the data folder. */
function datasetRows({ root, env }) {
  const datasets = readJson(path.join(root, 'data', 'manifest.json'))?.datasets ?? {};
  const folders = [env.SEGCOURSE_DATA || 'data', env.SEGCOURSE_DATA_MIRROR]
    .filter(Boolean)
    .map((folder) => path.resolve(root, folder));
  return Object.entries(datasets).map(([name, { files = [], listing, optional }]) => {
    const paths = listing
      ? listedPaths(path.join(root, 'data', listing.file))
      : files.map((file) => file.path);
    const present = paths.filter((file) => folders.some((folder) => fs.existsSync(path.join(folder, file))));
    const part = `data: ${name}`;
    const found = `${present.length} of ${paths.length} files`;
    if (present.length === paths.length) return row(part, found);
    if (optional) return row(part, `${found}: ${optional}`);
    const downloaded = !listing || /^https?:/.test(env.SEGCOURSE_DATA_MIRROR ?? '');
    const way = downloaded ? 'downloaded at first use' : 'from a mirror alone (SEGCOURSE_DATA_MIRROR)';
    return { part, state: 'warning', found, remedy: `${way}; synthetic data until then` };
  });
}

/** The paths of a table of files: sha256, bytes and path in each line after the first. */
function listedPaths(file) {
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(1) : [];
  return lines.map((line) => line.split('\t')[2]);
}

function memoryRow(total, free) {
  const found = `${formatBytes(total)}, ${formatBytes(free)} free`;
  if (total >= ENOUGH_MEMORY) return row('memory', found);
  return {
    part: 'memory',
    state: 'warning',
    found,
    remedy: 'Choose small batches: training the U-Net takes up to 2.6 GB.',
  };
}
