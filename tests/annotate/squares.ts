import type { Prompter } from '../../lib/annotate/prompter';
import type { Image } from '../../lib/io/image';
import type { PromptedMask } from '../../lib/prompt/promptable-model';
import type { Prompts } from '../../lib/prompt/prompts';

/** An image of dark ground with a bright square of 3 × 3 at each corner [row, column]. */
export function squares(shape: [number, number], ...corners: [number, number][]): Image<Uint8Array> {
  const data = new Uint8Array(shape[0] * shape[1]).fill(40);
  for (const [top, left] of corners) {
    for (let at = 0; at < 9; at++) data[(top + Math.floor(at / 3)) * shape[1] + left + (at % 3)] = 200;
  }
  return { data, shape, channels: 1 };
}

/** Finds what is bright within 2 pixels of the first positive point or of the middle of the box, and notes its prompts. */
export class SquareModel implements Prompter {
  readonly embedded: Image[] = [];
  readonly asked: Prompts[] = [];

  embed(image: Image): Promise<void> {
    this.embedded.push(image);
    return Promise.resolve();
  }

  segment(image: Image, prompts: Prompts): Promise<PromptedMask[]> {
    this.asked.push(prompts);
    const { points = [], box } = prompts;
    const middle = box && { row: (box.top + box.bottom) / 2, column: (box.left + box.right) / 2 };
    const { row, column } = middle ?? points.find(({ label }) => label !== 'negative')!;
    const [height, width] = image.shape;
    if (!(row >= 0 && row < height && column >= 0 && column < width)) {
      return Promise.reject(new RangeError(`got row ${row}, column ${column}`));
    }
    const data = Uint8Array.from(image.data, (value, at) => {
      const isNear = Math.abs(Math.floor(at / width) - row) <= 2 && Math.abs((at % width) - column) <= 2;
      return Number(value > 100 && isNear);
    });
    const mask = { data, shape: image.shape, channels: 1 };
    return Promise.resolve([
      { mask, score: 0.9, logits: { ...mask, data: Float32Array.from(data, (inside) => inside - 0.5) } },
    ]);
  }
}
