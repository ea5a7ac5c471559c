/**
 * The control thread: answers the control channel and the heartbeat, and sends what cells show, while the main
 * thread is busy with a cell.
 */
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { Publisher, Reply, Router } from 'zeromq';
import { kernelInfo } from './info';
import { IoPubSender, type Publication } from './publisher';
import { Phase, Signals } from './signals';
import { type Connection, type Content, type Message, Wire } from './wire';

/** What the main thread hands to this thread. */
export interface ControlData {
  connection: Connection;
  signals: SharedArrayBuffer;
}

/** What this thread tells the main thread. */
export type ControlEvent = { kind: 'ready' } | { kind: 'interrupt' } | { kind: 'shutdown' };

/** Time that the main thread gets to stop by itself before its running code is torn down. */
const PATIENCE_MS = 300;
const ATTEMPTS = 20;
const SHUTDOWN_MS = 1000;
const ORPHAN_POLL_MS = 1000;

const { connection, signals: memory } = workerData as ControlData;
const signals = new Signals(memory);
const wire = new Wire(connection);
/** Nothing is lost, however much is sent before the socket's own thread gets to it. */
const UNLIMITED = { sendHighWaterMark: 0, sendTimeout: 0 };
const control = new Router(UNLIMITED);
const publisher = new Publisher(UNLIMITED);
const iopub = new IoPubSender(wire, publisher);
const heartbeat = new Reply();

function tell(event: ControlEvent): void {
  parentPort?.postMessage(event);
}

async function serve(): Promise<void> {
  await control.bind(wire.address(connection.control_port));
  await publisher.bind(wire.address(connection.iopub_port));
  parentPort?.on('message', (publication: Publication) => iopub.send(publication));
  await heartbeat.bind(wire.address(connection.hb_port));
  tell({ kind: 'ready' });
  void echo();
  for await (const frames of control) {
    const message = wire.decode(frames);
    if (message) await handle(message);
  }
}

async function echo(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

async function handle(message: Message): Promise<void> {
  const { header, content } = message;
  const reply = (type: string, answer: Content): Promise<void> =>
    control.send(wire.encode(message.identities, type, header, answer));
  const status = (state: 'busy' | 'idle'): void =>
    iopub.send({
      kind: 'message',
      frames: wire.encode([], 'status', header, { execution_state: state }) as string[],
    });
  status('busy');
  switch (header.msg_type) {
    case 'kernel_info_request':
      await reply('kernel_info_reply', kernelInfo());
      break;
    case 'interrupt_request':
      interrupt();
      await reply('interrupt_reply', { status: 'ok' });
      break;
    case 'shutdown_request':
      await reply('shutdown_reply', { status: 'ok', restart: content.restart === true });
      tell({ kind: 'shutdown' });
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), SHUTDOWN_MS);
      break;
  }
  status('idle');
}

function interrupt(): void {
  const number = signals.request();
  tell({ kind: 'interrupt' });
  let attempts = 0;
  const timer = setInterval(() => {
    if (signals.settled >= number || ++attempts > ATTEMPTS) {
      clearInterval(timer);
      return;
    }
    if (signals.phase === Phase.Running) {
      signals.noteOwnSignal();
      process.kill(process.pid, 'SIGINT');
    } else if (signals.phase === Phase.Loop && canTerminate()) terminate();
    tell({ kind: 'interrupt' });
  }, PATIENCE_MS);
}

/**
 * Before version 24, Node ends itself when code is torn down in whose name promises are tracked. The loops of cells
 * stop by themselves there; only a library's own endless loop does not.
 */
function canTerminate(): boolean {
  return Number(process.versions.node.split('.')[0]) >= 24;
}

/** Ends the JavaScript that blocks the main thread's event loop, finally blocks included. */
function terminate(): void {
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => session.disconnect());
}

/** A kernel whose Jupyter died without a word would stay for ever. */
function watchParent(): void {
  if (!process.env.JPY_PARENT_PID) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, ORPHAN_POLL_MS).unref();
}

watchParent();
void serve();
