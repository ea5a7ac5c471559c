import { createRequire, isBuiltin } from 'node:module';
import Module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import type * as TS from '@tslab/typescript-for-tslab';
import { PACKAGE_ROOT } from './info';

const PACKAGE_NAME = 'segcourse';

/**
 * Shows this package and its dependencies to the compiler in a `node_modules` at the root of the file system, the
 * last place where any lookup looks: notebooks in the project and in any other folder find them, and what a
 * notebook's own folders offer comes first.
 */
export function overlayPackages(system: TS.System): void {
  const shelf = path.join(path.parse(PACKAGE_ROOT).root, 'node_modules').replaceAll('\\', '/');
  const translate = (name: string): string => {
    if (name !== shelf && !name.startsWith(`${shelf}/`)) return name;
    const inside = name.slice(shelf.length + 1);
    const own = inside === PACKAGE_NAME || inside.startsWith(`${PACKAGE_NAME}/`);
    const target = own ? inside.slice(PACKAGE_NAME.length + 1) : `node_modules/${inside}`;
    return path.join(PACKAGE_ROOT, target).replaceAll('\\', '/');
  };
  const { fileExists, directoryExists, readFile, realpath, getDirectories } = system;
  system.fileExists = (name) => fileExists.call(system, translate(name));
  system.directoryExists = (name) => directoryExists.call(system, translate(name));
  system.readFile = (name, encoding) => readFile.call(system, translate(name), encoding);
  system.getDirectories = (name) => getDirectories.call(system, translate(name));
  if (realpath) system.realpath = (name) => realpath.call(system, translate(name));
}

type Resolve = (request: string, parent: { filename?: string } | undefined, ...rest: unknown[]) => string;

/** Lets `require` of a bare name that the notebook's folders do not offer find this package and its dependencies. */
export function installRequireFallback(): void {
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const original = loader._resolveFilename;
  const own = createRequire(path.join(PACKAGE_ROOT, 'kernel.js'));
  let retrying = false;
  loader._resolveFilename = function (request, parent, ...rest) {
    try {
      return original.call(this, request, parent, ...rest);
    } catch (error) {
      if (retrying || !isBare(request) || (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND')
        throw error;
      retrying = true;
      try {
        return own.resolve(request);
      } catch {
        throw error;
      } finally {
        retrying = false;
      }
    }
  };
}

type Import = (specifier: string) => Promise<unknown>;

/** A real `import()` for cells: resolves from the notebook's folder, then from this package. */
export function createImport(folder: string): Import {
  const local = importerFrom(folder);
  const own = importerFrom(PACKAGE_ROOT);
  return async (specifier) => {
    try {
      return await local(specifier);
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
      if (!missing || !isBare(specifier) || !String(error).includes(`'${specifier.split('/')[0]}`))
        throw error;
      return own(specifier).catch(() => {
        throw error;
      });
    }
  };
}

function importerFrom(folder: string): Import {
  return vm.runInThisContext('(specifier) => import(specifier)', {
    filename: path.join(folder, 'notebook.js'),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Import;
}

function isBare(specifier: string): boolean {
  return (
    !specifier.startsWith('.') &&
    !path.isAbsolute(specifier) &&
    !isBuiltin(specifier) &&
    !/^\w+:/.test(specifier)
  );
}
