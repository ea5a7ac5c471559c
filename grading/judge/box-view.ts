import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../lib/io/cache-folder';
import { PACKAGE_ROOT } from '../../lib/kernel/info';
import type { BoxLimits, BoxOptions } from '../sandbox/box';
import { boxCodeFile, NODE_FLAGS } from './box-code';
import { findModules } from './library-exports';

export const BOX_LIMITS: BoxLimits = {
  // Of waiting for the compiler, mostly: what students' code may take is counted by who runs it.
  wallSeconds: 3600,
  cpuSeconds: 900,
  memoryMiB: 3072,
  processes: 128,
  scratchMiB: 256,
};

const HOME = '/home/student';

/** What a program of ours in a box sees and gets, whoever's code it then runs. */
export class BoxView {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'segcourse-withheld-'));
  private readonly overlays = new Map<string, { from: string; to: string }>();

  /** @param limits what differs from `BOX_LIMITS` */
  constructor(private readonly limits: Partial<BoxLimits> = {}) {}

  /** A box for one student's code, in which these exports of the library are not to be had. */
  forStudent(withheld: readonly string[]): BoxOptions {
    return this.options('grading/run/main.js', this.withhold(withheld));
  }

  /** A box for the compiler, which reads declarations and runs nothing. */
  forCompiler(): BoxOptions {
    return this.options('grading/run/compile-main.js', []);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private options(main: string, overlays: BoxOptions['readOnly']): BoxOptions {
    const built = (name: string): string => path.join(PACKAGE_ROOT, '.build', name);
    const parts = [
      built('lib'),
      built('grading/run'),
      built('native'),
      path.join(PACKAGE_ROOT, 'node_modules'),
    ];
    const files = ['package.json', 'data/manifest.json', 'data/listings'].map((name) =>
      path.join(PACKAGE_ROOT, name),
    );
    return {
      command: realpathSync(process.execPath),
      args: [...NODE_FLAGS, built(main), boxCodeFile()],
      env: ENVIRONMENT,
      readOnly: [...[...parts, ...files, ...caches()].filter((file) => existsSync(file)), ...overlays],
      cwd: HOME,
      limits: { ...BOX_LIMITS, ...this.limits },
    };
  }

  /**
   * Files to lay over the library's own, whose withheld exports refuse to work: an answer cannot be the library's class
   * under another name.
   */
  private withhold(names: readonly string[]): { from: string; to: string }[] {
    return [...findModules(path.join(PACKAGE_ROOT, '.build/lib/index.js'), names)].map(([file, exported]) => {
      const known = this.overlays.get(`${file} ${exported.join()}`);
      if (known) return known;
      const from = path.join(this.folder, `${this.overlays.size}.js`);
      writeFileSync(from, `${readFileSync(file, 'utf8')}\n${exported.map(refusal).join('\n')}\n`);
      const overlay = { from, to: file };
      this.overlays.set(`${file} ${exported.join()}`, overlay);
      return overlay;
    });
  }
}

/** Works as a class and as a function, and refuses as either. */
function refusal(name: string): string {
  const message = `${name} of the library is not there while this exercise is graded: it is yours to write`;
  return `exports.${name} = class ${name} { constructor() { throw new Error(${JSON.stringify(message)}); } };`;
}

/** The same on every machine: one thread for each box, no data but what the library makes itself. */
const ENVIRONMENT = {
  HOME,
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
  TF_CPP_MIN_LOG_LEVEL: '3',
  // Its kernels depend on the processor, and are compiled anew for each shape: much work for small networks.
  TF_ENABLE_ONEDNN_OPTS: '0',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  OMP_NUM_THREADS: '1',
  UV_THREADPOOL_SIZE: '2',
  SEGCOURSE_CACHE: cacheFolder(),
  SEGCOURSE_DATA: `${HOME}/data`,
  SEGCOURSE_DATA_MIRROR: `${HOME}/no-mirror`,
};

/** Where set-up puts TensorFlow's libraries, and the kernel the compiler's machine code. */
function caches(): string[] {
  const folder = cacheFolder();
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name === 'kernel' || name.startsWith('tensorflow-'));
  return names.map((name) => path.join(folder, name));
}
