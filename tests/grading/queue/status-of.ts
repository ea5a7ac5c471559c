import { readAddress } from '../../../grading/queue/address';
import { openQueue } from '../../../grading/queue/queue';
import { type QueueStatus, readStatus } from '../../../grading/queue/status';

export async function readStatusOf(url: string, version = '1'): Promise<QueueStatus> {
  const queue = await openQueue(readAddress(url, {}), version, { report: () => undefined });
  try {
    return await readStatus(queue);
  } finally {
    await queue.close();
  }
}
