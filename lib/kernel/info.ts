import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROTOCOL_VERSION, type Content } from './wire';

/** The folder of the package that this kernel belongs to. */
export const PACKAGE_ROOT = findPackageRoot(__dirname);

interface Manifest {
  name: string;
  version: string;
}

function manifestOf(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

function findPackageRoot(folder: string): string {
  if (manifestOf(folder)?.name) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`kernel: no package.json in any folder above ${__dirname}`);
  return findPackageRoot(parent);
}

/** The content of a `kernel_info_reply`. Reads versions from manifests, so that it needs no compiler. */
export function kernelInfo(): Content {
  const compiler = path.dirname(require.resolve('@tslab/typescript-for-tslab/package.json'));
  return {
    status: 'ok',
    protocol_version: PROTOCOL_VERSION,
    implementation: 'segcourse',
    implementation_version: manifestOf(PACKAGE_ROOT)?.version ?? '0',
    banner: `TypeScript ${manifestOf(compiler)?.version} on Node ${process.version}`,
    help_links: [
      { text: 'TypeScript handbook', url: 'https://www.typescriptlang.org/docs/handbook/intro.html' },
    ],
    language_info: {
      name: 'typescript',
      version: manifestOf(compiler)?.version ?? '',
      mimetype: 'text/typescript',
      file_extension: '.ts',
      // JupyterLab reads `mode`; the classic notebook reads `name` and `typescript`.
      codemirror_mode: { mode: 'typescript', name: 'javascript', typescript: true },
      nbconvert_exporter: 'script',
      pygments_lexer: 'typescript',
    },
  };
}
