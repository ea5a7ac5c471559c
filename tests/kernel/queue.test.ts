import assert from 'node:assert/strict';
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
      let now = 1_000_000;
      const log: string[] = [];
      const replies = new Map<string, () => void>();
      const replyTo = (code: string) => new Promise<void>((resolve) => replies.set(code, resolve));
      const queue = new ExecuteQueue(
        async ({ content }) => ({
          failed: content.code === 'fails',
          reply: () => {
            log.push(String(content.code));
            replies.get(String(content.code))?.();
          },
        }),
        ({ content }) => log.push(`aborted ${String(content.code)}`),
        () => now,
      );
      const add = (code: string, sentAt: number): void => {
        const message = request(code, sentAt, hours * 3_600_000);
        queue.observe(message);
        queue.add(message);
      };
      const failed = replyTo('fails');
      add('fails', now);
      add('waiting', now);
      await failed;
      now += 5;
      const last = replyTo('sent later');
      add('still on its way', now - 6);
      add('sent later', now);
      await last;
      assert.deepEqual(log, ['fails', 'aborted waiting', 'aborted still on its way', 'sent later']);
    });
  }
});
