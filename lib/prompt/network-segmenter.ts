import { tf, tidied } from '../runtime';
import { resize } from '../transforms/spatial/resize';
import { buildPromptNetwork, PROMPT_MAPS, type PromptNetwork } from './network';
import { framed, frameOf, type Frame } from './network-frame';
import { placed } from './placed';
import type { PromptImage } from './prompt-image';
import { windowAround, type Window } from './network-window';
import { drawPrompts, type MapPrompts } from './prompt-maps';
import { PromptableModel, type PromptedMask } from './promptable-model';
import type { Prompts } from './prompts';
import { stabilityScore } from './stability';

interface Embedded {
  edges: tf.Tensor;
  features: tf.Tensor;
  frame: Frame;
}

interface FramePrompts extends MapPrompts {
  points: NonNullable<MapPrompts['points']>;
  /** Of the frame's outer size. */
  before?: Float32Array;
}

/** Logits of a mask that is given as 0 and 1, and far from all prompts. */
const SURE = 6;

/**
 * The course's own small network, as a promptable model. Images above 1,024 pixels are made smaller for it. One mask; its
 * score is segment-anything's stability score.
 */
export class NetworkSegmenter extends PromptableModel<Embedded> {
  readonly name = 'NetworkSegmenter';

  constructor(readonly network: PromptNetwork = buildPromptNetwork()) {
    super();
  }

  /** Gives up the weights, too. */
  override dispose(): void {
    super.dispose();
    this.network.whole.dispose();
  }

  protected override logitShape(image: PromptImage): readonly number[] {
    return frameOf(image.shape).inner;
  }

  protected encode(image: PromptImage): Embedded {
    const frame = frameOf(image.shape);
    const [edges, features] = tf.tidy(() => {
      const pixels = tf.tensor(framed(image, frame), [1, ...frame.outer, 3]);
      return this.network.encoder.predictOnBatch(pixels) as tf.Tensor[];
    });
    return { edges, features, frame };
  }

  protected decode(
    { edges, features, frame }: Embedded,
    prompts: Prompts,
    image: PromptImage,
  ): PromptedMask[] {
    const { inner, outer } = frame;
    const inFrame = promptsInFrame(prompts, frame);
    const window = windowAround(inFrame, outer);
    const { top, left, height, width } = window;
    const maps = promptMaps(inFrame, window, outer);
    const seen = tidied(() => {
      const part = (map: tf.Tensor, scale: number) =>
        tf.slice(
          map,
          [0, top * scale, left * scale, 0],
          [1, height * scale, width * scale, map.shape.at(-1)!],
        );
      const input = tf.tensor(maps, [1, height, width, PROMPT_MAPS]);
      const logits = this.network.decoder.predictOnBatch([part(edges, 1), part(features, 0.5), input]);
      return (logits as tf.Tensor).dataSync() as Float32Array;
    });
    const logits = {
      data: new Float32Array(inner[0] * inner[1]).fill(-SURE),
      shape: inner,
      channels: 1,
    };
    const columns = Math.min(width, inner[1] - left);
    for (let row = 0; row < Math.min(height, inner[0] - top); row++) {
      logits.data.set(seen.subarray(row * width, row * width + columns), (top + row) * inner[1] + left);
    }
    const { data, shape } = resize(logits, image.shape, { border: 'nearest' });
    const mask = Uint8Array.from(data, (logit) => Number(logit > 0));
    return [{ mask: { data: mask, shape, channels: 1 }, score: stabilityScore(data), logits }];
  }

  protected override release({ edges, features }: Embedded): void {
    tf.dispose([edges, features]);
  }
}

/** Prompts in the frame's pixels. */
function promptsInFrame({ points = [], box, mask }: Prompts, { inner, outer, scale }: Frame): FramePrompts {
  // The middles of pixels: position p of the image lies at (p + ½) · scale − ½ of the frame.
  const moved = (position: number, axis: 0 | 1) => (position + 0.5) * scale[axis] - 0.5;
  return {
    points: points.map(({ row, column, label }) => ({ row: moved(row, 0), column: moved(column, 1), label })),
    box: box && {
      top: moved(box.top, 0),
      left: moved(box.left, 1),
      bottom: moved(box.bottom, 0),
      right: moved(box.right, 1),
    },
    before: mask && placed(probabilities(mask, inner), inner, outer, 1),
  };
}

/** As maps of the window. */
function promptMaps({ points, box, before }: FramePrompts, window: Window, outer: readonly number[]) {
  const { top, left, height, width } = window;
  const maps = new Float32Array(height * width * PROMPT_MAPS);
  drawPrompts(maps, [height, width], {
    points: points.map(({ row, column, label }) => ({ row: row - top, column: column - left, label })),
    box: box && {
      top: box.top - top,
      left: box.left - left,
      bottom: box.bottom - top,
      right: box.right - left,
    },
    before: before && cutOut(before, window, outer),
  });
  return maps;
}

function cutOut(values: Float32Array, { top, left, height, width }: Window, outer: readonly number[]) {
  const part = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    const from = (top + row) * outer[1] + left;
    part.set(values.subarray(from, from + width), row * width);
  }
  return part;
}

/** Of a mask of 0 and 1, or of logits, in the frame. */
function probabilities(mask: NonNullable<Prompts['mask']>, inner: readonly number[]): Float32Array {
  const isLogits = mask.data instanceof Float32Array;
  const logits = Float32Array.from(mask.data, (value) => (isLogits ? value : value > 0 ? SURE : -SURE));
  const { data } = resize({ data: logits, shape: mask.shape, channels: 1 }, inner, { border: 'nearest' });
  return data.map((logit) => 1 / (1 + Math.exp(-logit)));
}
