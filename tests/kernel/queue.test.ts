import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExecuteQueue } from '../../lib/kernel/queue';
import type { Message } from '../../lib/kernel/wire';

/** A request of a client whose clock is wrong by `skew` milliseconds. */
function request(code: string, sentAt: number, skew: number): Message {
  const date = new Date(sentAt + skew).toISOString();
  const header = {
    msg_id: code,
    msg_type: 'execute_request',
    session: 's',
    username: '',
    date,
    version: '5.3',
  };
  return { identities: [], header, content: { code } };
}

describe('kernel: queue', () => {
  for (const hours of [-1, 0, 1]) {
    it(`aborts by the time of sending for a client whose clock is off by ${hours} h`, async () => {
      const log: string[] = [];
      let replied: () => void = () => undefined;
      const isOver = new Promise<void>((resolve) => (replied = resolve));
      const queue = new ExecuteQueue(
        async ({ content }) => ({
          failed: content.code === 'fails',
          reply: () => {
            log.push(String(content.code));
            if (content.code === 'fails') replied();
          },
        }),
        ({ content }) => log.push(`aborted ${String(content.code)}`),
      );
      const add = (code: string, sentAt = Date.now()): void => {
        const message = request(code, sentAt, hours * 3_600_000);
        queue.observe(message);
        queue.add(message);
      };
      const start = Date.now();
      add('fails');
      add('waiting');
      await isOver;
      await sleep(5);
      add('still on its way', start - 1);
      add('sent later');
      await sleep(0);
      assert.deepEqual(log, ['fails', 'aborted waiting', 'aborted still on its way', 'sent later']);
    });
  }
});
