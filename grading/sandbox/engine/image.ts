import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../../lib/io/cache-folder';
import { PACKAGE_ROOT } from '../../../lib/kernel/info';
import type { View } from '../box';
import { isWithin } from '../options';

/** What set-up in the image needs of the project; no exercise and no solution goes in. */
const INGREDIENTS = ['package.json', 'package-lock.json', 'tsconfig.json', 'data/manifest.json', 'lib'];

/**
 * The image of boxes. On Linux it holds Node alone, and boxes see the host's own packages; elsewhere these are for
 * another system, and the image gets its own, at the same paths.
 */
export function dockerfile(
  platform: NodeJS.Platform = process.platform,
  root = PACKAGE_ROOT,
  cache = cacheFolder(),
): string {
  const base = `FROM node:${process.versions.node}-bookworm`;
  if (platform === 'linux') return `${base}-slim\n`;
  return [
    base,
    'RUN apt-get update && apt-get install --yes --no-install-recommends g++ python3 python3-venv',
    `ENV SEGCOURSE_CACHE=${JSON.stringify(cache)}`,
    `WORKDIR ${JSON.stringify(root)}`,
    ...INGREDIENTS.map((name) => `COPY ${JSON.stringify([name, `./${name}`])}`),
    'RUN npm run setup && chmod --recursive a+rX .',
    '',
  ].join('\n');
}

/** Whether the image has a view already. */
export function isInImage({ from, to }: View): boolean {
  if (process.platform === 'linux' || from !== to) return false;
  const own = [
    path.join(PACKAGE_ROOT, 'node_modules'),
    path.join(PACKAGE_ROOT, '.build/native'),
    cacheFolder(),
  ];
  return own.some((folder) => isWithin(from, folder));
}

/** Named by all that goes into it, so that a change makes another. */
export function imageName(text = dockerfile()): string {
  const hash = createHash('sha256').update(text);
  if (text.includes('COPY'))
    for (const name of INGREDIENTS)
      for (const file of filesIn(path.join(PACKAGE_ROOT, name))) hash.update(fs.readFileSync(file));
  return `segcourse-box:${hash.digest('hex').slice(0, 16)}`;
}

/** Arguments that build it; files are written to .build, the context is the project, of which only ingredients go. */
export function buildArguments(name: string, text = dockerfile()): string[] {
  const folder = path.join(PACKAGE_ROOT, '.build', 'box-image');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'Dockerfile'), text);
  const kept = ['*', ...INGREDIENTS.map((ingredient) => `!${ingredient}`), ''];
  fs.writeFileSync(path.join(folder, 'Dockerfile.dockerignore'), kept.join('\n'));
  return ['build', '--tag', name, '--file', path.join(folder, 'Dockerfile'), PACKAGE_ROOT];
}

function filesIn(name: string): string[] {
  if (!fs.statSync(name).isDirectory()) return [name];
  return fs
    .readdirSync(name, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
