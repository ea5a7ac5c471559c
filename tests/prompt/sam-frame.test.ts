import assert from 'node:assert/strict';
import type { InferenceSession } from 'onnxruntime-node';
import { SAM_FAMILIES } from '../../lib/prompt/sam-families';
import { innerSize, samInput, samMaskInput } from '../../lib/prompt/sam-frame';
import { samInterface } from '../../lib/prompt/sam-interface';

const { sam, sam2, medsam, 'sam-med2d': med2d } = SAM_FAMILIES;
const gray = (values: number[], shape: [number, number]) => ({
  data: Uint8Array.from(values),
  shape,
  channels: 1,
});

describe('the frames of the SAM family', () => {
  it('keeps proportions at the longest side, rounded half up, or stretches to a square', () => {
    assert.deepEqual(innerSize(sam, 1024, [600, 800]), [768, 1024]);
    assert.deepEqual(innerSize(sam, 64, [3, 128]), [2, 64]);
    assert.deepEqual(innerSize(sam2, 1024, [600, 800]), [1024, 1024]);
  });

  it('normalises each channel by ImageNet before it pads with zeros', () => {
    const input = samInput(gray([0, 255, 255, 0, 0, 0, 0, 0], [2, 4]), sam, 4);
    assert.ok(Math.abs(input[0] - -123.675 / 58.395) < 1e-6);
    assert.ok(Math.abs(input[1] - (255 - 123.675) / 58.395) < 1e-6);
    assert.ok(Math.abs(input[16] - -116.28 / 57.12) < 1e-6);
    assert.ok(Math.abs(input[32] - -103.53 / 57.375) < 1e-6);
    assert.deepEqual(input.subarray(8, 16), new Float32Array(8));
  });

  it('gives MedSAM the range 0 to 1, whatever the image has', () => {
    const input = samInput(gray([50, 60, 70, 90], [2, 2]), medsam, 2);
    assert.deepEqual(Array.from(input.subarray(0, 4)), [0, 0.25, 0.5, 1]);
  });

  it('picks the nearest pixels for SAM-Med2D', () => {
    const input = samInput(gray([10, 20, 30, 40], [2, 2]), med2d, 4);
    const expected = [10, 10, 20, 20].map((value) => Math.fround((value - 123.675) / 58.395));
    assert.deepEqual(Array.from(input.subarray(0, 4)), expected);
    // OpenCV 4.10 takes number 92 of 186 for number 128 of 256, where 128 · 186 / 256 is 93.
    const ramp = gray(
      Array.from({ length: 186 }, (_, column) => column),
      [1, 186],
    );
    const value = samInput(ramp, med2d, 256)[128] * 58.395 + 123.675;
    assert.equal(Math.round(value), 92);
  });

  it('makes floats of 0…1 the same bytes', () => {
    const floats = { data: Float32Array.from([0, 51 / 255, 1, 0.5]), shape: [2, 2] as const, channels: 1 };
    assert.deepEqual(samInput(floats, sam, 2), samInput(gray([0, 51, 255, 128], [2, 2]), sam, 2));
  });

  it('puts a mask of 0 and 1 on the decoder’s grid, outside of the image surely none', () => {
    const mask = gray([1, 1, 0, 0, 1, 1, 0, 0], [2, 4]);
    const logits = samMaskInput(mask, sam, 16, [4, 4]);
    assert.deepEqual(Array.from(logits, Math.sign), [1, 1, -1, -1, 1, 1, -1, -1, ...new Array(8).fill(-1)]);
  });
});

type Shape = (number | string)[];
const session = (inputs: Record<string, Shape>, outputs: string[], types: Record<string, string> = {}) =>
  ({
    inputNames: Object.keys(inputs),
    outputNames: outputs,
    inputMetadata: Object.entries(inputs).map(([name, shape]) => ({
      name,
      isTensor: true,
      type: types[name] ?? 'float32',
      shape,
    })),
  }) as unknown as InferenceSession;

describe('samInterface', () => {
  const files = { encoder: 'e.onnx', decoder: 'd.onnx' };
  const find = (encoder: InferenceSession, decoder: InferenceSession) =>
    samInterface('openSam', files, encoder, decoder, 1024);
  const clicks = { point_coords: [1, 'n', 2], point_labels: [1, 'n'] };

  it('joins SAM 2’s three embeddings by their names', () => {
    const maps = {
      image_embed: [1, 256, 64, 64],
      high_res_feats_0: [1, 32, 256, 256],
      high_res_feats_1: [1, 64, 128, 128],
    };
    const encoder = session({ image: [1, 3, 1024, 1024] }, Object.keys(maps).reverse());
    const mask = { mask_input: ['b', 1, 256, 256], has_mask_input: ['b'] };
    const decoder = session({ ...maps, ...clicks, ...mask }, ['masks', 'iou_predictions'], {
      point_labels: 'int32',
    });
    const found = find(encoder, decoder);
    assert.deepEqual(
      Object.entries(found.embeddings),
      Object.keys(maps).map((name) => [name, name]),
    );
    assert.deepEqual(found.maskInput, [256, 256]);
    assert.equal(found.prompts.point_labels, 'int32');
    assert.equal(found.masks, 'masks');
  });

  it('takes EdgeSAM’s decoder without masks, and an embedding by whatever name', () => {
    const encoder = session({ x: ['b', 3, 'h', 'h'] }, ['features']);
    const found = find(
      encoder,
      session({ image_embeddings: [1, 256, 64, 64], ...clicks }, ['scores', 'masks']),
    );
    assert.deepEqual(found.embeddings, { image_embeddings: 'features' });
    assert.equal(found.maskInput, undefined);
    assert.equal(found.scores, 'scores');
    assert.equal(found.side, 1024);
  });

  it('prefers the masks of low resolution, which it enlarges itself', () => {
    const outputs = ['masks', 'iou_predictions', 'low_res_masks'];
    const found = find(session({ image: [1, 3, 64, 64] }, ['e']), session({ e: [1], ...clicks }, outputs));
    assert.equal(found.masks, 'low_res_masks');
    assert.equal(found.side, 64);
  });

  it('names the file and what is wrong with it', () => {
    const encoder = session({ image: [1, 3, 64, 64] }, ['e']);
    const decoder = session({ e: [1], ...clicks }, ['masks', 'scores']);
    const classifier = session({ image: [1, 3, 224, 224] }, ['class']);
    assert.throws(
      () => find(encoder, classifier),
      /d\.onnx: got inputs image \[1, 3, 224, 224\]; expected point_coords/,
    );
    assert.throws(
      () => find(session({ image: [1, 1, 64, 64] }, ['e']), decoder),
      /e\.onnx: got inputs image \[1, 1, 64, 64\]/,
    );
    const two = session({ a: [1], b: [1], ...clicks }, ['masks', 'scores']);
    assert.throws(() => find(encoder, two), /e\.onnx: got outputs e; expected a, b, which the decoder takes/);
    const silent = session({ e: [1], ...clicks }, ['masks']);
    assert.throws(
      () => find(encoder, silent),
      /d\.onnx: got outputs masks; expected one of iou_predictions, scores/,
    );
  });
});
