import { tf, tidied } from '../runtime';
import { resize } from '../transforms/spatial/resize';
import { buildPromptNetwork, PROMPT_MAPS, type PromptNetwork } from './network';
import { framed, frameOf, type Frame } from './network-frame';
import { placed } from './placed';
import type { PromptImage } from './prompt-image';
import { drawPrompts } from './prompt-maps';
import { PromptableModel, type PromptedMask } from './promptable-model';
import type { Prompts } from './prompts';
import { stabilityScore } from './stability';

interface Embedded {
  edges: tf.Tensor;
  features: tf.Tensor;
  frame: Frame;
}

/** Logits of a mask that is given as 0 and 1. */
const SURE = 6;

/**
 * The course's own small network, as a promptable model. Images above 512 pixels are made smaller for it. One mask; its
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
    const maps = promptsInFrame(prompts, frame);
    const all = tidied(() => {
      const input = tf.tensor(maps, [1, ...outer, PROMPT_MAPS]);
      const logits = this.network.decoder.predictOnBatch([edges, features, input]) as tf.Tensor4D;
      return logits.slice([0, 0, 0, 0], [1, ...inner, 1]).dataSync() as Float32Array;
    });
    const logits = { data: all, shape: inner, channels: 1 };
    const { data, shape } = resize(logits, image.shape, { border: 'nearest' });
    const mask = Uint8Array.from(data, (logit) => Number(logit > 0));
    return [{ mask: { data: mask, shape, channels: 1 }, score: stabilityScore(data), logits }];
  }

  protected override release({ edges, features }: Embedded): void {
    tf.dispose([edges, features]);
  }
}

/** Prompts in the frame's pixels, as maps. */
function promptsInFrame({ points = [], box, mask }: Prompts, { inner, outer, scale }: Frame): Float32Array {
  // The middles of pixels: position p of the image lies at (p + ½) · scale − ½ of the frame.
  const moved = (position: number, axis: 0 | 1) => (position + 0.5) * scale[axis] - 0.5;
  const maps = new Float32Array(outer[0] * outer[1] * PROMPT_MAPS);
  drawPrompts(maps, outer, {
    points: points.map(({ row, column, label }) => ({ row: moved(row, 0), column: moved(column, 1), label })),
    box: box && {
      top: moved(box.top, 0),
      left: moved(box.left, 1),
      bottom: moved(box.bottom, 0),
      right: moved(box.right, 1),
    },
    before: mask && placed(probabilities(mask, inner), inner, outer, 1),
  });
  return maps;
}

/** Of a mask of 0 and 1, or of logits, in the frame. */
function probabilities(mask: NonNullable<Prompts['mask']>, inner: readonly number[]): Float32Array {
  const isLogits = mask.data instanceof Float32Array;
  const logits = Float32Array.from(mask.data, (value) => (isLogits ? value : value > 0 ? SURE : -SURE));
  const { data } = resize({ data: logits, shape: mask.shape, channels: 1 }, inner, { border: 'nearest' });
  return data.map((logit) => 1 / (1 + Math.exp(-logit)));
}
