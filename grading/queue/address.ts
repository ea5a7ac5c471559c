import { UsageError } from '../../lib/cli/terminal';

/** Where a queue is, and the secret that seals what lies in it. */
export interface QueueAddress {
  url: string;
  /** The address without its password, for messages. */
  shown: string;
  secret: string;
}

const EXPECTED = 'expected postgres://user:password@host:5432/database';

/**
 * Reads the address of a queue: the argument, or SEGCOURSE_QUEUE. The secret is SEGCOURSE_QUEUE_SECRET or else the
 * password; whoever shares a queue shares it.
 *
 * @throws UsageError
 */
export function readAddress(
  argument: string | undefined,
  env: Record<string, string | undefined>,
): QueueAddress {
  const text = argument ?? env.SEGCOURSE_QUEUE;
  if (!text) throw new UsageError(`got no address of a queue; ${EXPECTED}, here or in SEGCOURSE_QUEUE`);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(`got an address of a queue that is no URL; ${EXPECTED}`);
  }
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
    throw new UsageError(`got ${shown}; ${EXPECTED}`);
  }
  const secret = env.SEGCOURSE_QUEUE_SECRET || decodeURIComponent(url.password) || env.PGPASSWORD;
  if (!secret) {
    throw new UsageError(
      `got ${shown} without a password; submissions are sealed with it: ${EXPECTED}, or set SEGCOURSE_QUEUE_SECRET`,
    );
  }
  return { url: text, shown, secret };
}
