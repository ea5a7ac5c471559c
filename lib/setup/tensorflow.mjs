import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { freeBytes, hashOfFile, readJson, writeFile, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { pip, pipError } from './python.mjs';
import { formatBytes } from './reporter.mjs';
import { SetupError } from './steps.mjs';

/** What a wheel is opened for: the C and eager API, the headers they include, the CUDA libraries. */
const WANTED = [
  'tensorflow/libtensorflow_cc.',
  'tensorflow/libtensorflow_framework.',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/xla/tsl/',
  'tensorflow/include/tsl/',
  'nvidia/',
];

/**
 * Extracts the entries with these beginnings, checking each one's CRC, and prints the share that is done. Programs stay
 * executable: CUDA's assembler is one.
 */
const EXTRACT = `
import os, sys, zipfile
wheel, folder, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    entries = [e for e in archive.infolist() if e.filename.startswith(tuple(wanted))]
    total, done = sum(e.file_size for e in entries) or 1, 0
    for entry in entries:
        path = archive.extract(entry, folder)
        if entry.external_attr >> 16 & 0o100:
            os.chmod(path, 0o755)
        done += entry.file_size
        print("Extracted", 100 * done // total, flush=True)
`;

/**
 * The native TensorFlow of this machine in the cache folder. Where it cannot be had, set-up goes on: the library then
 * computes with TensorFlow.js in plain JavaScript.
 *
 * @param {ReturnType<typeof import('./wheels.mjs').chooseTensorFlow>} native
 * @returns {import('./steps.mjs').Step}
 */
export function tensorflowStep(context, native) {
  const label = native.reason ? '' : ` ${native.version} (${native.variant === 'cuda' ? 'CUDA' : 'CPU'})`;
  return {
    name: `native TensorFlow${label}`,
    fresh: () => (!native.reason && tensorflowIsComplete(context, native) ? '' : undefined),
    async run(progress) {
      if (native.reason) return unavailable(native.reason);
      const folder = tensorflowFolder(context, native);
      try {
        await withLock(
          `${folder}.lock`,
          async () => {
            if (!tensorflowIsComplete(context, native)) await install(context, native, folder, progress);
          },
          (owner) => progress(`waiting for ${owner}`),
        );
      } catch (error) {
        if (error instanceof SetupError) return unavailable(error.message, error.remedy);
        throw error;
      }
      return `in ${folder}`;
    },
  };
}

/** Folder whose `tensorflow` subfolder holds the libraries and headers. */
export function tensorflowFolder({ cache, arch }, { version, variant }) {
  return path.join(cache, `tensorflow-${version}-${variant}-${arch}`);
}

/** The folder with the libraries and `include`, for compilers. */
export function nativeFolder(context, native) {
  return path.join(tensorflowFolder(context, native), 'tensorflow');
}

/** Whether every library is there with the size it had when it was extracted from a verified wheel. */
export function tensorflowIsComplete(context, native) {
  const folder = tensorflowFolder(context, native);
  const libraries = readJson(path.join(folder, 'complete.json'))?.libraries;
  if (!libraries) return false;
  return Object.entries(libraries).every(
    ([name, bytes]) => fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size === bytes,
  );
}

function unavailable(reason, remedy = '') {
  return {
    detail: 'not available',
    warning:
      `Networks will train in plain JavaScript, many times slower, because ${reason}\n${remedy}`.trim(),
  };
}

/** Fills `<folder>.partial`, wheel by wheel so that an interrupt loses one wheel at most, then renames it. */
async function install(context, native, folder, progress) {
  const partial = `${folder}.partial`;
  const needed = native.extractedBytes + Math.max(...native.wheels.map(({ bytes }) => bytes));
  const free = freeBytes(context.cache);
  if (!fs.existsSync(partial) && free < needed) {
    throw new SetupError(
      `${formatBytes(free)} are free in ${context.cache}, and TensorFlow needs ${formatBytes(needed)} there.`,
      'Free some space, or set SEGCOURSE_CACHE to a folder on another disk; then run npm run setup.',
    );
  }
  const done = path.join(partial, 'done');
  fs.mkdirSync(done, { recursive: true });
  const total = native.wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const wheel of native.wheels) {
    const mark = path.join(done, wheel.sha256);
    if (!fs.existsSync(mark)) {
      const figure = (bytes) =>
        progress(`${Math.floor((100 * (before + bytes)) / total)} % of ${formatBytes(total)}`);
      const file = await download(context, wheel, partial, figure);
      await extract(context, file, partial, (percent) => progress(`extracting ${percent} %`));
      writeFile(mark, '');
      fs.rmSync(path.dirname(file), { recursive: true });
    }
    before += wheel.bytes;
  }
  const libraries = linkLibraries(partial, native);
  writeJson(path.join(partial, 'complete.json'), {
    tensorflow: native.version,
    wheels: native.wheels.map(({ requirement, sha256 }) => `${requirement} sha256:${sha256}`),
    libraries,
  });
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(partial, folder);
  fs.rmSync(path.join(folder, 'done'), { recursive: true });
}

/** @returns {Promise<string>} the wheel's path, in a folder of its own */
async function download(context, wheel, partial, onBytes) {
  const folder = path.join(partial, `${wheel.sha256}.wheel`);
  const found = fs.existsSync(folder) && fs.readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (found && (await hashOfFile(path.join(folder, found))) === wheel.sha256) return path.join(folder, found);

  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  const requirements = path.join(folder, 'wheel.txt');
  fs.writeFileSync(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  const target = ['--python-version=3.12', '--implementation=cp', `--platform=${wheel.platform}`];
  const { code, output } = await pip(
    context,
    [
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--no-cache-dir',
      '--progress-bar=raw',
      ...target,
    ].concat('--require-hashes', '-r', requirements, '-d', folder),
    (line) => {
      const bytes = /^Progress (\d+) of/.exec(line)?.[1];
      if (bytes) onBytes(Number(bytes));
    },
  );
  const file = fs.readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (code === 0 && file) return path.join(folder, file);
  throw new SetupError(
    `${wheel.requirement} could not be downloaded:\n${pipError(output)}`,
    'Check the network connection, then run npm run setup.',
  );
}

async function extract(context, wheel, folder, onPercent) {
  const { code, output } = await runCommand(context.venvPython, ['-c', EXTRACT, wheel, folder, ...WANTED], {
    onLine: (line) => onPercent(line.replace('Extracted ', '')),
  });
  if (code !== 0)
    throw new SetupError(`${path.basename(wheel)} could not be extracted:\n${output.slice(-600)}`);
}

/**
 * Gives libraries the names under which they are looked for: TensorFlow's by a linker, and cuSOLVER by TensorFlow, which
 * opens it from libtensorflow_framework, whose own search path has all folders of NVIDIA's packages but that one. Without
 * it TensorFlow leaves every GPU alone.
 *
 * @param {{ variant: 'cpu' | 'cuda', suffix: 'so' | 'dylib' }} native
 * @returns {Record<string, number>} bytes by name, relative to `folder`
 */
export function linkLibraries(folder, { variant, suffix }) {
  const file = (stem) => (suffix === 'dylib' ? `${stem}.2.dylib` : `${stem}.so.2`);
  const links = {
    [`tensorflow/libtensorflow.${suffix}`]: file('libtensorflow_cc'),
    [`tensorflow/libtensorflow_framework.${suffix}`]: file('libtensorflow_framework'),
    ...(variant === 'cuda' && {
      'nvidia/cublas/lib/libcusolver.so.11': '../../cusolver/lib/libcusolver.so.11',
    }),
  };
  return Object.fromEntries(
    Object.entries(links).map(([name, target]) => {
      const link = path.join(folder, name);
      fs.rmSync(link, { force: true });
      fs.symlinkSync(target, link);
      return [name, fs.statSync(link).size];
    }),
  );
}
