import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tf } from '../../lib/runtime';
import { fit } from '../../lib/train/fit';
import { polynomialRate } from '../../lib/train/schedules';
import { TensorBoardLog } from '../../lib/train/tensor-board';
import { batchesOf, loss, plainNetwork, sample } from './sample';

/** A number of an event file: name, step, value. */
type Entry = [name: string, step: number, value: number];

/** CRC-32C (Castagnoli), bit by bit. */
function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

/** TensorFlow's records: length, its checksum, the bytes, their checksum. */
function records(file: Buffer): Buffer[] {
  const masked = (bytes: Buffer) => {
    const crc = crc32c(bytes);
    return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  };
  const found: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    assert.equal(file.readUInt32LE(at + 8), masked(file.subarray(at, at + 8)));
    const bytes = file.subarray(at + 12, at + 12 + length);
    assert.equal(file.readUInt32LE(at + 12 + length), masked(bytes));
    found.push(bytes);
    at += length + 16;
  }
  return found;
}

type Field = number | Buffer;

/** Fields of a protocol buffer by their numbers; each once, which is enough here. */
function fields(message: Buffer): Map<number, Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => message.subarray(at, (at += length));
  const result = new Map<number, Field>();
  while (at < message.length) {
    const key = varint();
    const read: Record<number, () => Field> = {
      0: varint,
      1: () => take(8).readDoubleLE(),
      2: () => take(varint()),
      5: () => take(4).readFloatLE(),
    };
    result.set(key >> 3, read[key & 7]());
  }
  return result;
}

/** The numbers in a log folder's files, in order: Event.step = 2, .summary = 5; Summary.value = 1; Value.tag = 1, .simple_value = 2. */
function readLog(folder: string): Entry[] {
  const files = readdirSync(folder)
    .filter((name) => name.includes('tfevents'))
    .sort();
  return files.flatMap((name) =>
    records(readFileSync(path.join(folder, name))).flatMap((record): Entry[] => {
      const event = fields(record);
      const summary = event.get(5) as Buffer | undefined;
      if (summary === undefined) return [];
      const value = fields(fields(summary).get(1) as Buffer);
      return [[String(value.get(1)), (event.get(2) as number) ?? 0, value.get(2) as number]];
    }),
  );
}

describe('TensorBoard logs', () => {
  let folder: string;
  beforeEach(function () {
    if (tf.getBackend() !== 'tensorflow') this.skip();
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'segcourse-log-')), 'runs', 'first');
  });
  afterEach(() => rmSync(path.dirname(path.dirname(folder)), { recursive: true }));

  it('hold what was written, and leave no tensor', () => {
    const before = tf.memory().numTensors;
    const log = new TensorBoardLog(folder);
    log.write('loss/train', 0.5, 1);
    log.write('loss/train', 0.25, 300);
    log.close();
    assert.equal(tf.memory().numTensors, before);
    const more = new TensorBoardLog(folder);
    more.write('Größe', -2, 0);
    more.close();
    const expected: Entry[] = [
      ['loss/train', 1, 0.5],
      ['loss/train', 300, 0.25],
      ['Größe', 0, -2],
    ];
    assert.deepEqual(readLog(folder), expected);
  });

  it('are on disk when flushed', () => {
    const log = new TensorBoardLog(folder);
    log.write('a', 1, 1);
    log.flush();
    assert.deepEqual(readLog(folder), [['a', 1, 1]]);
    log.close();
  });

  it('of a run have its losses, rates and norms', async () => {
    const model = plainNetwork();
    const validation = sample(2, 1);
    const seen: Entry[] = [];
    const { records: epochs } = await fit(model, {
      batches: batchesOf(2, 2),
      loss,
      validation,
      epochs: 2,
      schedule: polynomialRate({ rate: 0.5, length: 2, power: 1 }),
      clipNorm: 1,
      tensorBoard: folder,
      observers: [
        {
          onStep: (_epoch, _step, value, details) => {
            const { steps, learningRate, gradientNorm } = details!;
            seen.push(['step/loss', steps, value]);
            seen.push(['step/learning rate', steps, learningRate!]);
            seen.push(['step/gradient norm', steps, gradientNorm!]);
          },
        },
      ],
    });
    for (const { epoch, trainLoss, validationLoss } of epochs) {
      seen.push(['loss/train', epoch, trainLoss], ['loss/validation', epoch, validationLoss!]);
    }
    const inOrder = (entries: Entry[]) =>
      entries.map(([name, step, value]) => `${name} ${step} ${Math.fround(value)}`).sort();
    assert.deepEqual(inOrder(readLog(folder)), inOrder(seen));
    assert.ok(
      seen.some(([name, step, value]) => name === 'step/learning rate' && step === 4 && value === 0.25),
    );
    tf.dispose([validation.images, validation.masks]);
    model.dispose();
  });
});
