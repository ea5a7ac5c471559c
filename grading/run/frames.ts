/**
 * Messages between the grader and a box: four bytes of length (little-endian), then JSON, in which typed arrays are
 * `{"$f32": "base64"}`. What comes out of a box is hostile: lengths are capped before anything is set aside.
 */

const HEADER = 4;

const ARRAYS = { $f32: Float32Array, $i32: Int32Array, $u8: Uint8Array } as const;
type Tag = keyof typeof ARRAYS;

/** The bytes of one message. */
export function encodeFrame(message: unknown): Buffer {
  const body = Buffer.from(
    JSON.stringify(message, (_key, value: unknown) => tagged(value)),
    'utf8',
  );
  const frame = Buffer.allocUnsafe(HEADER + body.length);
  frame.writeUInt32LE(body.length, 0);
  body.copy(frame, HEADER);
  return frame;
}

function tagged(value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  const tag = (Object.keys(ARRAYS) as Tag[]).find((name) => value instanceof ARRAYS[name]);
  if (!tag)
    throw new TypeError(
      `frame: got a ${value.constructor.name}; expected Float32Array, Int32Array or Uint8Array`,
    );
  return { [tag]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

function untagged(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const [tag, ...more] = Object.keys(value);
  const text = (value as Record<string, unknown>)[tag];
  if (more.length > 0 || !Object.hasOwn(ARRAYS, tag ?? '') || typeof text !== 'string') return value;
  const Type = ARRAYS[tag as Tag];
  const bytes = Buffer.from(text, 'base64');
  // A copy of its own, since a Buffer may stand anywhere in a pool.
  const whole = bytes.length - (bytes.length % Type.BYTES_PER_ELEMENT);
  return new Type(Uint8Array.from(bytes.subarray(0, whole)).buffer);
}

/** Bytes that are not what `encodeFrame` makes. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export interface FrameLimits {
  /** The most bytes of one message. */
  message: number;
  /** The most bytes of all messages together. */
  total: number;
  /** The most values of one message: a value of two bytes takes the reader a thousand times as long as two of a text. */
  values?: number;
}

/** Takes bytes as they come, gives messages. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private pending = 0;
  private total = 0;

  constructor(private readonly limits: FrameLimits) {}

  /**
   * @returns the messages that the bytes complete
   * @throws FrameError for a message over its limits, or one that is not JSON
   */
  push(chunk: Buffer): unknown[] {
    this.chunks.push(chunk);
    this.pending += chunk.length;
    this.total += chunk.length;
    if (this.total > this.limits.total) {
      throw new FrameError(`got more than ${this.limits.total} bytes; expected no more in all`);
    }
    const messages: unknown[] = [];
    for (let body = this.next(); body; body = this.next()) messages.push(parse(body, this.limits));
    return messages;
  }

  private next(): Buffer | undefined {
    if (this.pending < HEADER) return undefined;
    const length = this.head(HEADER).readUInt32LE(0);
    if (length > this.limits.message) {
      throw new FrameError(`got a message of ${length} bytes; expected at most ${this.limits.message}`);
    }
    if (this.pending < HEADER + length) return undefined;
    const whole = this.head(HEADER + length);
    this.chunks[0] = whole.subarray(HEADER + length);
    this.pending -= HEADER + length;
    return whole.subarray(HEADER, HEADER + length);
  }

  /** The first chunk, joined with those behind it as far as `length` asks. */
  private head(length: number): Buffer {
    if (this.chunks[0].length < length) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0];
  }
}

function parse(body: Buffer, { values = Infinity }: FrameLimits): unknown {
  if (values < Infinity && holdsMore(body, values)) {
    throw new FrameError(`got a message of more than ${values} values; expected no more`);
  }
  try {
    return JSON.parse(body.toString('utf8'), untagged);
  } catch {
    throw new FrameError('got a message that is not JSON');
  }
}

const [QUOTE, COMMA, BRACKET, BACKSLASH, BRACE] = Buffer.from('",[\\{');

/** Whether JSON holds more values than `most`, counted before any of them is made. */
function holdsMore(json: Buffer, most: number): boolean {
  let values = 1;
  let inText = false;
  for (let at = 0; at < json.length && values <= most; at++) {
    const byte = json[at];
    if (inText && byte === BACKSLASH) at++;
    else if (byte === QUOTE) inText = !inText;
    else if (!inText && (byte === COMMA || byte === BRACKET || byte === BRACE)) values++;
  }
  return values > most;
}
