/** What a thread that prepares batches runs: task after task, in the order in which they come. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { prepareBatch } from './worker-prepare';
import type { TaskMessage, TaskReply } from './worker-task';

/** Of 0 (as all) to 19: the network's own threads go first wherever both want a core. */
const NICENESS = 5;

yieldToOthers();

let last = Promise.resolve();
parentPort!.on('message', (task: TaskMessage) => {
  last = last.then(() => work(task));
});

async function work({ id, ...task }: TaskMessage): Promise<void> {
  try {
    const batch = await prepareBatch(task);
    reply({ id, batch }, [batch.images.buffer, batch.masks.buffer] as ArrayBuffer[]);
  } catch (error) {
    reply({ id, error: sendable(error as Error) });
  }
}

function reply(message: TaskReply, transferred: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transferred);
}

/** A cause can hold what cannot be sent. */
function sendable(error: Error): Error {
  try {
    return structuredClone(error);
  } catch {
    return new Error(error.message);
  }
}

/** Linux keeps a priority for each thread, under the number that its /proc tells; elsewhere there is none to set. */
function yieldToOthers(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').pop());
    if (thread > 0 && thread !== process.pid) setPriority(thread, NICENESS);
  } catch {
    // then it runs as any other
  }
}
