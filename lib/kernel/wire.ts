import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** The version of Jupyter's messaging protocol that this kernel speaks. */
export const PROTOCOL_VERSION = '5.3';

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

/** What a message carries; every message type has its own keys. */
export type Content = Record<string, unknown>;

/** A message as it came in: `identities` is the route back to the client that sent it. */
export interface Message {
  identities: Buffer[];
  header: Header;
  content: Content;
}

/** What the connection file of a kernel says. */
export interface Connection {
  transport: string;
  ip: string;
  key: string;
  signature_scheme: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

const DELIMITER = '<IDS|MSG>';

/**
 * Reads and writes signed multipart messages
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol).
 */
export class Wire {
  private readonly algorithm: string;
  private readonly session = randomUUID();

  constructor(private readonly connection: Connection) {
    this.algorithm = connection.signature_scheme.replace(/^hmac-/, '');
  }

  address(port: number): string {
    const { transport, ip } = this.connection;
    return `${transport}://${ip}${transport === 'ipc' ? '-' : ':'}${port}`;
  }

  /** The message in the frames, or undefined for one that is malformed or carries a wrong signature. */
  decode(frames: Buffer[]): Message | undefined {
    const start = frames.findIndex((frame) => frame.toString() === DELIMITER);
    if (start < 0 || frames.length < start + 6) return undefined;
    const [signature, header, parent, metadata, content] = frames.slice(start + 1, start + 6);
    const expected = Buffer.from(this.sign([header, parent, metadata, content]));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
    try {
      return {
        identities: frames.slice(0, start),
        header: JSON.parse(header.toString()) as Header,
        content: JSON.parse(content.toString()) as Content,
      };
    } catch {
      return undefined;
    }
  }

  encode(
    identities: Buffer[],
    type: string,
    parent: Header | undefined,
    content: Content,
  ): (Buffer | string)[] {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: 'kernel',
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [header, parent ?? {}, {}, content].map((part) => JSON.stringify(part));
    return [...identities, DELIMITER, this.sign(parts), ...parts];
  }

  private sign(parts: (Buffer | string)[]): string {
    if (this.connection.key === '') return '';
    const hash = createHmac(this.algorithm, this.connection.key);
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  }
}
