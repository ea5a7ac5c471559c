import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from '../../lib/io/image';
import type { Prompts } from '../../lib/prompt/prompts';
import { SAM_FAMILIES } from '../../lib/prompt/sam-families';
import { samLogits } from '../../lib/prompt/sam-frame';
import { openSam, type SamModel } from '../../lib/prompt/sam-model';
import { golden } from '../golden';

interface Case {
  name: string;
  shape: [number, number];
  channels: number;
  image: string;
  prompts: {
    points?: [x: number, y: number][];
    labels?: number[];
    box?: [x0: number, y0: number, x1: number, y1: number];
    again?: boolean;
  };
  scores: number[];
  masks: number[][];
  areas: number[];
}

interface Reference {
  side: number;
  encoder: string;
  decoder: string;
  cases: Case[];
}

const reference = golden<Reference>('sam');
const TOLERANCE = 1e-3;

const imageOf = ({ image, shape, channels }: Case): Image<Uint8Array> => ({
  data: new Uint8Array(Buffer.from(image, 'base64')),
  shape,
  channels,
});
const promptsOf = ({ prompts: { points, labels, box } }: Case): Prompts => ({
  points: points?.map(([column, row], at) => ({
    row,
    column,
    label: labels![at] ? 'positive' : 'negative',
  })),
  ...(box && { box: { left: box[0], top: box[1], right: box[2], bottom: box[3] } }),
});

function writeFiles(folder: string, { encoder, decoder }: Reference) {
  const files = { encoder: join(folder, 'encoder.onnx'), decoder: join(folder, 'decoder.onnx') };
  writeFileSync(files.encoder, Buffer.from(encoder, 'base64'));
  writeFileSync(files.decoder, Buffer.from(decoder, 'base64'));
  return files;
}

for (const [family, { side, cases, ...parts }] of [
  ['sam', reference],
  ['sam-med2d', golden<Reference>('sam-med2d')],
] as const) {
  describe(`openSam, beside the code of ${SAM_FAMILIES[family].title}`, () => {
    let folder: string;
    let sam: SamModel;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'sam-'));
      sam = await openSam(family, writeFiles(folder, { side, cases, ...parts }));
    });
    after(() => {
      sam?.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const expected of cases) {
      it(`answers as its predictor: ${expected.name}`, async () => {
        const image = imageOf(expected);
        const prompts = promptsOf(expected);
        let found = await sam.segment(image, prompts);
        if (expected.prompts.again) found = await sam.segment(image, { ...prompts, mask: found[0].logits });
        assert.equal(found.length, expected.scores.length);
        const order = expected.scores
          .map((_, at) => at)
          .sort((a, b) => expected.scores[b] - expected.scores[a]);
        found.forEach(({ score, mask, logits }, rank) => {
          const at = order[rank];
          assert.ok(
            Math.abs(score - expected.scores[at]) <= TOLERANCE,
            `score ${score}, ${expected.scores[at]}`,
          );
          const full = samLogits(logits, SAM_FAMILIES[family], side, image.shape);
          expected.masks[at].forEach((logit, k, values) => {
            const place = Math.floor((k * full.length) / values.length);
            assert.ok(
              Math.abs(full[place] - logit) <= TOLERANCE,
              `mask ${at}, pixel ${place}: ${full[place]}, ${logit}`,
            );
          });
          assert.deepEqual(
            mask.data,
            Uint8Array.from(full, (logit) => Number(logit > 0)),
          );
          const area = mask.data.reduce((sum, value) => sum + value, 0);
          assert.ok(Math.abs(area - expected.areas[at]) <= 2, `area ${area}, ${expected.areas[at]}`);
        });
      });
    }
  });
}

describe('openSam', () => {
  let folder: string;
  let files: { encoder: string; decoder: string };
  let sam: SamModel;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sam-'));
    files = writeFiles(folder, reference);
    sam = await openSam('sam', files);
  });
  after(() => {
    sam?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('embeds an image once for many prompts', async () => {
    const image = imageOf(reference.cases[0]);
    const { encoder } = (sam as unknown as { sessions: { encoder: { run: unknown } } }).sessions;
    const run = encoder.run as (...of: unknown[]) => unknown;
    let runs = 0;
    encoder.run = (...of: unknown[]) => {
      runs++;
      return run.apply(encoder, of);
    };
    try {
      for (const row of [3, 30, 60]) await sam.segment(image, { points: [{ row, column: 9 }] });
    } finally {
      delete (encoder as { run?: unknown }).run;
    }
    assert.equal(runs, 1);
  });

  it('takes a mask of 0 and 1 at the image size', async () => {
    const image = imageOf(reference.cases[2]);
    const points = [{ row: 20, column: 30 }];
    const data = Uint8Array.from(image.data.subarray(0, 64 * 64), (_, at) => Number(at % 64 < 20));
    const [one] = await sam.segment(image, { points, mask: { data, shape: [64, 64], channels: 1 } });
    const inverse = { data: data.map((value) => 1 - value), shape: [64, 64], channels: 1 };
    const [other] = await sam.segment(image, { points, mask: inverse });
    assert.notDeepEqual(one.logits.data, other.logits.data);
  });

  it('names the file that is no network, and files that are swapped', async () => {
    const text = join(folder, 'text.onnx');
    writeFileSync(text, 'hello');
    await assert.rejects(
      openSam('sam', { ...files, decoder: text }),
      /text\.onnx: got a file that ONNX Runtime cannot open/,
    );
    await assert.rejects(
      openSam('sam', { encoder: files.decoder, decoder: files.encoder }),
      /decoder\.onnx: got inputs image_embeddings .*expected one image .*as a SAM encoder has; are the two files swapped\?/s,
    );
  });

  it('says which commands bring missing files, and lists the families it knows', async () => {
    await assert.rejects(
      openSam('medsam', { encoder: join(folder, 'none.onnx'), decoder: files.decoder }),
      /none\.onnx for the encoder; .*curl -LO \S+medsam_vit_b\.pth\n.*export_sam\.py medsam_vit_b\.pth --type vit_b --out \S+medsam/s,
    );
    const before = process.env.SEGCOURSE_DATA;
    process.env.SEGCOURSE_DATA = folder;
    try {
      await assert.rejects(openSam('sam2'), (error: Error) => {
        assert.match(
          error.message,
          /got no \S+weights\/sam2\/encoder\.onnx and decoder\.onnx\. To get SAM 2/,
        );
        return true;
      });
      await assert.rejects(
        openSam('sam-med2d'),
        /export_onnx_encoder_model\.py .*--output \S+weights\/sam-med2d\/encoder\.onnx\n.*export_onnx_model\.py .*decoder\.onnx/s,
      );
    } finally {
      if (before === undefined) delete process.env.SEGCOURSE_DATA;
      else process.env.SEGCOURSE_DATA = before;
    }
    await assert.rejects(
      openSam('sam9' as 'sam'),
      /got 'sam9'; expected one of: sam, mobile-sam, edge-sam, sam2, medsam/,
    );
  });
});
