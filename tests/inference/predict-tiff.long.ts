import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTiff, TiffWriter } from '../../lib';
import type { TiffFile } from '../../lib/io/tiff-file';

const SIDE = 20_000;
const TILE = 256;
const MOST_RESIDENT = 3 * 2 ** 30;

const valueAt = (row: number, column: number) => (row * 7 + column * 13 + ((row * column) >> 5)) & 255;

describe('predictTiff on 20,000 × 20,000 pixels', function () {
  this.timeout(30 * 60_000);
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-large-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('takes at most 3 GiB of memory, and gets every pixel right', async () => {
    const [input, output] = ['in.tif', 'out.tif'].map((name) => join(folder, name));
    await writePattern(input);
    const script = join(__dirname, 'large-tiff.ts');
    const printed = execFileSync(process.execPath, ['-r', 'ts-node/register', script, input, output], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const resident = Number(printed.trim().split('\n').at(-1));
    console.log(`      ${(resident / 2 ** 20).toFixed(0)} MiB resident at most`);
    assert.ok(resident > 0 && resident <= MOST_RESIDENT, `${resident} bytes were resident`);
    const file = await openTiff(output);
    try {
      await requireLabels(file);
    } finally {
      await file.close();
    }
  });
});

async function writePattern(path: string): Promise<void> {
  const writer = await TiffWriter.create(path);
  const { tileRows, tileColumns } = writer.addPage({
    height: SIDE,
    width: SIDE,
    type: Uint8Array,
    tile: TILE,
    compression: 'none',
  });
  for (let row = 0; row < tileRows; row++) {
    for (let column = 0; column < tileColumns; column++) {
      const data = new Uint8Array(TILE * TILE);
      for (let at = 0; at < data.length; at++) {
        data[at] = valueAt(row * TILE + Math.floor(at / TILE), column * TILE + (at % TILE));
      }
      await writer.writeTile(row, column, { data, shape: [TILE, TILE], channels: 1 });
    }
  }
  await writer.finish();
}

async function requireLabels(file: TiffFile): Promise<void> {
  const [{ height, width, tileRows, tileColumns }] = file.pages;
  assert.deepStrictEqual([height, width], [SIDE, SIDE]);
  for (let row = 0; row < tileRows; row++) {
    for (let column = 0; column < tileColumns; column++) {
      const { data, shape } = await file.readTile(0, row, column);
      const wrong = data.findIndex((label, at) => {
        const value = valueAt(row * TILE + Math.floor(at / shape[1]), column * TILE + (at % shape[1]));
        return label !== (value > 127 ? 1 : 0);
      });
      assert.strictEqual(wrong, -1, `a label of tile (${row}, ${column}) is wrong`);
    }
  }
}
