import { constants, type FileHandle, open } from 'node:fs/promises';
import { CONFLICT, firstSide } from './merge-conflict';
import { isObject, type PlainObject, Refusal } from './notebook';
import { OutputStripper } from './strip-outputs';

const MB = 2 ** 20;
const FILE_LIMIT = 1024 * MB;
/** Characters of a damaged text that are repaired; jsonrepair holds it several times. */
const REPAIR_LIMIT = 16 * MB;
const CHUNK = MB;

/**
 * Reads a submitted notebook without its outputs, however large they are, and mends what can be mended of its JSON.
 * Never follows a link, never waits for a pipe.
 *
 * @param repairs gets a line for each thing mended
 * @throws Refusal with the line for the student
 */
export async function readNotebook(file: string, repairs: string[]): Promise<PlainObject> {
  const handle = await openFile(file);
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new Refusal('The file is empty.');
    if (size > FILE_LIMIT) {
      throw new Refusal(
        `The file has ${Math.round(size / MB)} MB; at most ${FILE_LIMIT / MB} MB are read: clear its outputs and submit it again.`,
      );
    }
    const stripped = await strip(decoded(handle, size));
    if (stripped !== 'conflict') return await parse(stripped, repairs);
    if (size > REPAIR_LIMIT) {
      throw new Refusal(
        'The file holds an unresolved merge conflict of git: resolve it and submit it again.',
      );
    }
    repairs.push(
      'The file holds an unresolved merge conflict of git; the first side of each conflict was graded.',
    );
    let whole = '';
    for await (const text of decoded(handle, size)) whole += text;
    const stripper = new OutputStripper();
    stripper.add(firstSide(whole));
    return await parse(stripper, repairs);
  } finally {
    await handle.close();
  }
}

async function openFile(file: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'EMLINK')
      throw new Refusal('The file is a link, and links are not followed: submit the file itself.');
    throw new Refusal(`The file cannot be read (${code}).`);
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Refusal('There is a folder or a device in place of the file: submit the .ipynb file itself.');
}

/** The text in chunks, from UTF-8 or, as some Windows programs write, UTF-16; without the byte order mark. */
async function* decoded(handle: FileHandle, size: number): AsyncGenerator<string> {
  const bytes = new Uint8Array(Math.min(CHUNK, size));
  let decoder: TextDecoder | undefined;
  for (let position = 0; position < size;) {
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
    if (bytesRead === 0) break;
    decoder ??= new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8');
    position += bytesRead;
    yield decoder.decode(bytes.subarray(0, bytesRead), { stream: position < size });
  }
}

async function strip(chunks: AsyncIterable<string>): Promise<OutputStripper | 'conflict'> {
  const stripper = new OutputStripper();
  let previous = '\n';
  for await (const chunk of chunks) {
    if (`${previous}${chunk}`.includes(CONFLICT)) return 'conflict';
    previous = chunk.slice(-CONFLICT.length);
    stripper.add(chunk);
    if (stripper.trailing) break;
  }
  return stripper;
}

async function parse({ text, complete, trailing }: OutputStripper, repairs: string[]): Promise<PlainObject> {
  if (text === '') throw new Refusal('The file is empty.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
    if (trailing) repairs.push('Text behind the end of the notebook was ignored.');
  } catch (error) {
    parsed = await mended(text, error as Error);
    repairs.push(
      complete
        ? 'The file is not valid JSON; what could be read of it was graded.'
        : 'The file breaks off in the middle; what comes before was graded.',
    );
  }
  if (!isObject(parsed)) throw new Refusal('The file is not a notebook: it holds no JSON object.');
  return parsed;
}

async function mended(text: string, error: Error): Promise<unknown> {
  const refusal = new Refusal(`The file is not valid JSON and cannot be mended: ${firstLine(error)}`);
  if (text.length > REPAIR_LIMIT) throw refusal;
  const { jsonrepair } = await import('jsonrepair');
  try {
    return JSON.parse(jsonrepair(text));
  } catch {
    throw refusal;
  }
}

function firstLine({ message }: Error): string {
  const line = message.split('\n')[0];
  return line.length > 160 ? `${line.slice(0, 160)} …` : line;
}
