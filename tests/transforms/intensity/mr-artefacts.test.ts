import assert from 'node:assert/strict';
import { addBiasField, biasField, biasFieldTerms } from '../../../lib/transforms/intensity/bias-field';
import { changeSpectra, fourierOf } from '../../../lib/transforms/intensity/fourier';
import { addGhosting } from '../../../lib/transforms/intensity/ghosting';
import { addMotion } from '../../../lib/transforms/intensity/motion';
import { addSpikes } from '../../../lib/transforms/intensity/spikes';
import { golden } from '../../golden';
import { assertClose, hashedImage, interleaved } from '../spatial/images';

interface Goldens {
  biases: { shape: number[]; order: number; coefficients: number[]; values: number[] }[];
  ghosts: {
    number: number;
    shape: number[];
    ghosts: number;
    axis: number;
    intensity: number;
    restore: number | null;
    values: number[];
  }[];
  spikes: { number: number; shape: number[]; positions: number[][]; intensity: number; values: number[] }[];
  motion: {
    number: number;
    shape: number[];
    cases: { times: number[]; degrees: number[][]; translation: number[][]; values: number[] }[];
  };
}

describe('transforms/intensity: MR artefacts beside TorchIO', () => {
  const { biases, ghosts, spikes, motion } = golden<Goldens>('mr-artefacts');

  for (const { shape, order, coefficients, values } of biases) {
    it(`bias field of order ${order} over ${shape.join('×')}`, () => {
      assert.equal(biasFieldTerms(shape.length, order), coefficients.length);
      assertClose(biasField(shape, { order, coefficients }), values, 2e-5);
      const image = interleaved(hashedImage(1, shape), hashedImage(2, shape));
      const { data } = addBiasField(image, { order, coefficients });
      assertClose(
        data,
        image.data.map((value, index) => value * values[index >> 1]),
        2e-5,
      );
    });
  }

  for (const { number, shape, ghosts: count, axis, intensity, restore, values } of ghosts) {
    it(`${count} ghosts along axis ${axis} of ${shape.join('×')}`, () => {
      const options = { ghosts: count, axis, intensity, restore: restore ?? undefined };
      assertClose(addGhosting(hashedImage(number, shape), options).data, values, 2e-6);
    });
  }

  for (const { number, shape, positions, intensity, values } of spikes) {
    it(`${positions.length} spikes in ${shape.join('×')}`, () => {
      assertClose(addSpikes(hashedImage(number, shape), { positions, intensity }).data, values, 2e-6);
    });
  }

  const { number, shape } = motion;
  const inner = hashedImage(
    number,
    shape.map((size) => size - 4),
  );
  const still = { data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(-1), shape, channels: 1 };
  for (let z = 0, from = 0; z < inner.shape[0]; z++) {
    for (let y = 0; y < inner.shape[1]; y++, from += inner.shape[2]) {
      const to = ((z + 2) * shape[1] + y + 2) * shape[2] + 2;
      still.data.set(inner.data.subarray(from, from + inner.shape[2]), to);
    }
  }
  for (const { times, degrees, translation, values } of motion.cases) {
    it(`motion by ${JSON.stringify(degrees)}° and ${JSON.stringify(translation)}`, () => {
      // Euler angles about one axis each, so that their order does not count.
      const poses = times.map((time, index) => {
        const [slice, row, column] = degrees[index];
        return { time, angles: [-slice, -row, -column], translation: translation[index] };
      });
      assertClose(addMotion(still, { poses }).data, values, 2e-5);
    });
  }

  it('stays as it is without a movement or a ghost', () => {
    const image = hashedImage(3, [6, 7]);
    const rest = { time: 0.5, angles: [0], translation: [0, 0] };
    assertClose(addMotion(image, { poses: [rest] }).data, image.data, 1e-6);
    assertClose(addGhosting(image, { ghosts: 2, axis: 0, intensity: 0 }).data, image.data, 1e-6);
  });

  it('refuses what the image lacks', () => {
    const image = hashedImage(3, [6, 7]);
    const still = { angles: [0], translation: [0, 0] };
    assert.throws(() => addGhosting(image, { ghosts: 2, axis: 2, intensity: 1 }), /addGhosting: got axis 2/);
    assert.throws(
      () => addGhosting(image, { ghosts: 0, axis: 1, intensity: 1 }),
      /addGhosting: got ghosts 0/,
    );
    assert.throws(
      () => addMotion(image, { poses: [{ ...still, time: 1 }] }),
      /addMotion: got time 1 after 0/,
    );
    assert.throws(
      () => addMotion(image, { poses: [{ time: 0.5, angles: [0, 0, 0], translation: [0, 0] }] }),
      /got 3 angles and 2 translations; expected 1 and 2/,
    );
    assert.throws(
      () => addSpikes(image, { positions: [[0.5, 1]], intensity: 1 }),
      /addSpikes: got position \[0.5, 1\]/,
    );
    assert.throws(
      () => biasField([4, 4], { order: 1, coefficients: [0] }),
      /expected 3 finite numbers for order 1/,
    );
  });
});

describe('transforms/intensity/fourier', () => {
  for (const size of [1, 2, 4, 8, 3, 5, 12, 97]) {
    it(`of ${size} numbers is the sum that defines it, and goes back`, () => {
      const { data } = hashedImage(size, [2 * size]);
      const line = Float64Array.from(data);
      const spectrum = new Float64Array(2 * size);
      const fourier = fourierOf(size);
      fourier.forward(line, spectrum);
      for (let k = 0; k < size; k++) {
        let [real, imaginary] = [0, 0];
        for (let j = 0; j < size; j++) {
          const angle = (-2 * Math.PI * j * k) / size;
          real += line[2 * j] * Math.cos(angle) - line[2 * j + 1] * Math.sin(angle);
          imaginary += line[2 * j] * Math.sin(angle) + line[2 * j + 1] * Math.cos(angle);
        }
        assertClose(spectrum.subarray(2 * k, 2 * k + 2), [real, imaginary], 1e-11);
      }
      const back = new Float64Array(2 * size);
      fourier.inverse(spectrum, back);
      assertClose(back, line, 1e-13);
    });
  }

  it('changes lines along any axis alone', () => {
    const image = hashedImage(4, [3, 4, 5]);
    for (const axis of [0, 1, 2]) {
      // Without frequency 0, each line sums to nothing.
      const result = changeSpectra([image.data], image.shape, 1, axis, ([spectrum]) =>
        spectrum.fill(0, 0, 2),
      );
      const stride = [20, 5, 1][axis];
      const first = [0, 21, 40][axis];
      let sum = 0;
      for (let index = 0; index < image.shape[axis]; index++) sum += result[first + index * stride];
      assert.ok(Math.abs(sum) < 1e-6);
    }
  });
});
