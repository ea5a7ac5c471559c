/**
 * The Jupyter kernel for TypeScript: `node main.js --config-path <connection file>`.
 *
 * It imports nothing of the library, so that a notebook opens, and can say what is wrong, where TensorFlow does not.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate, setTimeout } from 'node:timers';
import { Worker } from 'node:worker_threads';
import { Router } from 'zeromq';
import { loadCompiler } from './compiler';
import type { ControlData, ControlEvent } from './control';
import { exitKernel, installGuards } from './guards';
import { IoPub } from './iopub';
import { Kernel } from './kernel';
import { installRequireFallback } from './packages';
import { Signals } from './signals';
import { installTimers } from './timers';
import { type Connection, Wire } from './wire';

/** How long the kernel waits for a request before it does what could wait. */
const LOAD_AFTER_MS = 100;
/** Clients try to connect again every 100 ms, and their first question must not wait for the compiler. */
const FIRST_REQUEST_MS = 500;
const WARM_UP_AFTER_MS = 300;
const GOODBYE_MS = 20;

/** Nothing is lost, however much is sent before the socket's own thread gets to it. */
const UNLIMITED = { sendHighWaterMark: 0, sendTimeout: 0 };

async function start(connection: Connection, id: string | undefined): Promise<void> {
  const wire = new Wire(connection);
  const signals = new Signals();
  const shell = new Router(UNLIMITED);
  const stdin = new Router();

  const data: ControlData = { connection, signals: signals.memory };
  const worker = new Worker(path.join(__dirname, 'control.js'), { workerData: data });

  const iopub: IoPub = new IoPub(
    wire,
    (publication) => worker.postMessage(publication),
    () => kernel.owner(),
  );
  const kernel: Kernel = new Kernel(
    signals,
    iopub,
    ({ identities, header }, type, content) =>
      void shell.send(wire.encode(identities, type, header, content)),
    id,
  );
  process.on('uncaughtException', (error) => kernel.onUncaught(error));
  process.on('unhandledRejection', (error, promise) => kernel.onRejection(error, promise));
  process.on('rejectionHandled', (promise) => kernel.onRejectionHandled(promise));

  const listening = listenTo(worker, kernel, () => shutDown());
  // The control thread takes as long to start, on another core.
  loadCompiler();
  await Promise.all([stdin.bind(wire.address(connection.stdin_port)), listening]);
  installTimers();
  installGuards();
  installRequireFallback();
  iopub.captureStreams();
  await shell.bind(wire.address(connection.shell_port));
  kernel.status('starting', undefined);

  const idleWork = scheduleIdleWork(kernel);
  for await (const frames of shell) {
    idleWork.postpone();
    const message = wire.decode(frames);
    // A turn of its own: an interrupt that tears the handling down must not take this loop with it.
    if (message) setImmediate(() => kernel.handle(message));
  }

  function shutDown(): void {
    iopub.flush();
    // The control thread still has the last messages to send.
    setTimeout(() => exitKernel(0), GOODBYE_MS);
  }
}

/** Takes the control thread's messages; resolves when its sockets are bound. */
function listenTo(worker: Worker, kernel: Kernel, shutDown: () => void): Promise<void> {
  return new Promise((resolve) => {
    worker.on('message', (event: ControlEvent) => {
      if (event.kind === 'ready') resolve();
      else if (event.kind === 'interrupt') kernel.interrupts.onRequest();
      else shutDown();
    });
  });
}

/** Loads the compiler, and then what most notebooks import, in moments without requests. */
function scheduleIdleWork(kernel: Kernel): { postpone(): void } {
  const steps = [
    { after: LOAD_AFTER_MS, work: () => void kernel.load() },
    { after: WARM_UP_AFTER_MS, work: () => kernel.load().warmUp() },
  ];
  let timer: NodeJS.Timeout | undefined;
  const next = (least = 0): void => {
    if (timer) clearTimeout(timer);
    const step = steps[0];
    if (!step) return;
    timer = setTimeout(
      () => {
        if (!kernel.busy) {
          steps.shift();
          step.work();
        }
        next();
      },
      Math.max(step.after, least),
    );
  };
  next(FIRST_REQUEST_MS);
  return { postpone: () => next() };
}

const config = process.argv[process.argv.indexOf('--config-path') + 1];
if (!process.argv.includes('--config-path') || config === undefined) {
  process.stderr.write('usage: node main.js --config-path <connection file written by Jupyter>\n');
  process.exit(2);
}
// Jupyter's servers name the file after the kernel.
const id = /^kernel-([\w-]+)\.json$/.exec(path.basename(config))?.[1];
void start(JSON.parse(readFileSync(config, 'utf8')) as Connection, id);
