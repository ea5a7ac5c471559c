import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Starts a module of ours in a thread: TypeScript from its sources, or what was compiled of it. */
export function startThread(file: string): Worker {
  const typescript = extname(file) === '.ts' || TS_NODE in process;
  const register = typescript ? require.resolve('ts-node/register/transpile-only') : undefined;
  const code =
    "const { register, file } = require('node:worker_threads').workerData; if (register) require(register); require(file);";
  return new Worker(code, { eval: true, execArgv: [], workerData: { register, file } });
}

const TS_NODE = Symbol.for('ts-node.register.instance');
