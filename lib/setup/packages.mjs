import path from 'node:path';
import { findProgram, runCommand } from './command.mjs';
import { readJson } from './files.mjs';
import { SetupError } from './steps.mjs';

/**
 * The packages of package-lock.json, without their install scripts (`.npmrc` and here).
 *
 * @returns {import('./steps.mjs').Step}
 */
export function packagesStep(context) {
  return {
    name: 'npm packages',
    fresh: () => installedPackages(context.root),
    async run(progress) {
      const total =
        Object.keys(readJson(path.join(context.root, 'package-lock.json'))?.packages ?? {}).length - 1;
      let fetched = 0;
      const [command, ...args] = npm(context.env);
      const { code, output } = await runCommand(
        command,
        [
          ...args,
          'ci',
          '--ignore-scripts',
          '--include=dev',
          '--no-audit',
          '--no-fund',
          '--prefer-offline',
          '--loglevel=http',
        ],
        {
          cwd: context.root,
          env: { ...context.env, npm_config_cache: path.join(context.cache, 'npm') },
          onLine(line) {
            if (!line.includes('http fetch GET') && !line.includes('http cache')) return;
            fetched += 1;
            progress(`${Math.min(fetched, total)} of ${total}`);
          },
        },
      );
      const installed = installedPackages(context.root);
      if (code === 0 && installed) return installed;
      const reasons = output.split('\n').filter((line) => /^npm (error|ERR!)/.test(line));
      throw new SetupError(
        `npm ci failed (exit code ${code}):\n${reasons.slice(0, 6).join('\n') || output.slice(-600)}`,
        'Check the network connection, then run the same command again.',
      );
    },
  };
}

/**
 * What is in node_modules when it agrees with package-lock.json, else undefined. npm writes node_modules/.package-lock.json
 * when everything is in place, so an interrupted install does not agree.
 */
export function installedPackages(root) {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages;
  const present = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !present) return undefined;
  const names = Object.keys(wanted).filter((name) => name !== '');
  const agrees = names.every((name) => {
    const entry = present[name];
    return entry ? entry.version === wanted[name].version : wanted[name].optional === true;
  });
  return agrees ? `${names.filter((name) => present[name]).length} packages` : undefined;
}

/** npm by the very file that started this process, where npm did; so the PATH need not lead to it. */
function npm(env) {
  if (path.basename(env.npm_execpath ?? '') === 'npm-cli.js') return [process.execPath, env.npm_execpath];
  const file = findProgram(['npm'], env);
  if (!file)
    throw new SetupError(
      'npm was not found.',
      'Install it beside Node.js: sudo apt install npm, sudo dnf install npm, or brew install node',
    );
  return [file];
}
