import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPromptNetwork, PROMPT_MAPS } from '../../lib/prompt/network';
import { drawPrompts } from '../../lib/prompt/prompt-maps';
import { promptedCrop, promptStep, TRAINING_PLAN, trainPromptNetwork } from '../../lib/prompt/train-network';
import { drawTrainingCrop, SIDE } from '../../lib/prompt/training-crop';
import { firstPrompts, nextPrompts } from '../../lib/prompt/training-prompts';
import { madeUpScenes, promptSplit, type Scene } from '../../lib/prompt/training-scenes';
import { seededRandom, setSeed, tf } from '../../lib/runtime';
import { Adam } from '../../lib/train/optimizers/adam';
import { snapshotWeights } from '../../lib/train/weights';

/** Two disks, bright on dark. */
function disks(): Scene {
  const labels = Uint8Array.from({ length: 96 * 96 }, (_, at) => {
    const [row, column] = [Math.floor(at / 96), at % 96];
    return Math.hypot(row - 30, column - 30) < 14 ? 1 : Math.hypot(row - 62, column - 66) < 18 ? 2 : 0;
  });
  const shape = [96, 96];
  return {
    image: { data: labels.map((label) => (label ? 200 : 30)), shape, channels: 1 },
    labels: { data: labels, shape, channels: 1 },
    moments: { mean: 90, deviation: 60 },
  };
}

describe('drawPrompts', () => {
  it('draws disks, boxes and the mask before on maps of their own', () => {
    const maps = new Float32Array(20 * 20 * PROMPT_MAPS);
    drawPrompts(maps, [20, 20], {
      points: [
        { row: 10, column: 10 },
        { row: 0, column: 19, label: 'negative' },
      ],
      box: { top: 2, left: 3, bottom: 4, right: 6 },
      before: new Float32Array(400).fill(0.25),
    });
    const sum = (map: number) =>
      maps.reduce((total, value, at) => total + (at % PROMPT_MAPS === map ? value : 0), 0);
    // Of the disk of radius 3, 29 pixels; a quarter of it, with its axes, in the corner.
    assert.deepEqual([0, 1, 2, 3].map(sum), [29, 11, 12, 100]);
    assert.equal(maps[(13 * 20 + 10) * PROMPT_MAPS], 1);
    assert.equal(maps[(14 * 20 + 10) * PROMPT_MAPS], 0);
  });
});

describe('the training of the promptable network', () => {
  it('draws the same crops for the same random numbers, image and object in the same place', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 4 }, () => drawTrainingCrop([disks()], random));
    };
    const crops = draw(1);
    assert.deepEqual(draw(1), crops);
    assert.notDeepEqual(draw(2)[0].image, crops[0].image);
    for (const { image, objects } of crops) {
      for (const object of objects) {
        const inside = [...object.keys()]
          .filter((pixel) => object[pixel] === 1)
          .map((pixel) => image[3 * pixel]);
        inside.sort((a, b) => a - b);
        // Within an object all samples are alike but at its border, and differ from the background's.
        const [low, high] = [0.2, 0.8].map((share) => inside[Math.floor(share * inside.length)]);
        assert.ok(high - low < 0.5, `${low} to ${high}`);
      }
    }
  });

  it('clicks on the object first, then on what is wrong, positive or negative', () => {
    const { objects } = drawTrainingCrop([disks()], seededRandom(3));
    const [object] = objects;
    const random = seededRandom(4);
    for (let time = 0; time < 40; time++) {
      const first = firstPrompts(object, random);
      assert.ok(first.points ?? first.box ?? first.before);
      for (const { row, column } of first.points ?? []) assert.equal(object[row * SIDE + column], 1);
      const all = new Float32Array(SIDE * SIDE).fill(1);
      const tooMuch = nextPrompts(first, object, all, random).points!.at(-1)!;
      assert.equal(tooMuch.label, 'negative');
      assert.equal(object[tooMuch.row * SIDE + tooMuch.column], 0);
      const missing = nextPrompts(first, object, new Float32Array(SIDE * SIDE), random).points!.at(-1)!;
      assert.equal(missing.label, 'positive');
      assert.equal(object[missing.row * SIDE + missing.column], 1);
      const right = Float32Array.from(object);
      assert.equal(nextPrompts({}, object, right, random).points!.length, 0);
    }
  });

  it('learns a crop, and leaves no tensor behind', () => {
    setSeed(0);
    const network = buildPromptNetwork();
    const optimizer = new Adam({ learningRate: 3e-3 });
    const crop = promptedCrop([disks()], 20, seededRandom(5));
    const losses: number[] = [];
    let tensors = 0;
    for (let step = 0; step < 14; step++) {
      losses.push(promptStep(network, optimizer, [crop], seededRandom(step)));
      if (step === 0) tensors = tf.memory().numTensors;
    }
    assert.equal(tf.memory().numTensors, tensors);
    const [first, last] = [losses.slice(0, 2), losses.slice(-2)].map(([a, b]) => (a + b) / 2);
    assert.ok(last < 0.6 * first, losses.join(' '));
    optimizer.dispose();
    network.whole.dispose();
  });

  it('adds a click to each object after a step, as long as its crop stays', () => {
    setSeed(0);
    const network = buildPromptNetwork();
    const optimizer = new Adam({ learningRate: 3e-3 });
    const crop = promptedCrop([disks()], 3, seededRandom(6));
    const clicks = () => crop.prompts.map(({ points = [] }) => points.length);
    const first = clicks();
    const steps = [1, 2, 2].map((more, step) => {
      promptStep(network, optimizer, [crop], seededRandom(step));
      return [clicks(), first.map((count) => count + more)];
    });
    for (const [got, expected] of steps) assert.deepEqual(got, expected);
    assert.equal(crop.left, 0);
    optimizer.dispose();
    network.whole.dispose();
  });

  it('goes on where it was stopped, to the same weights', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prompt-'));
    const plan = { ...TRAINING_PLAN, steps: 3, crops: 1, every: 1 };
    const scenes = { own: [disks()], others: madeUpScenes(1).slice(0, 2) };
    const run = async (file: string, stopAt?: number) => {
      setSeed(2);
      const network = buildPromptNetwork();
      try {
        await trainPromptNetwork(network, scenes, join(folder, file), plan, ({ step }) => {
          if (step === stopAt) throw new Error('stopped');
        });
        return snapshotWeights(network.whole);
      } finally {
        network.whole.dispose();
      }
    };
    try {
      const straight = await run('straight.safetensors');
      await assert.rejects(run('stopped.safetensors', 2), /stopped/);
      assert.deepEqual(await run('stopped.safetensors'), straight);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('holds images out, by image and kind, and always the same', () => {
    const kinds = Array.from({ length: 50 }, (_, index) => (index % 5 === 0 ? 'rgb' : 'gray'));
    const { training, validation } = promptSplit({ count: 50, kinds });
    assert.equal(validation.length, 10);
    assert.equal(validation.filter((index) => kinds[index] === 'rgb').length, 2);
    assert.deepEqual(
      [...training, ...validation].sort((a, b) => a - b),
      [...kinds.keys()],
    );
    assert.deepEqual(promptSplit({ count: 50, kinds }).validation, validation);
  });
});
