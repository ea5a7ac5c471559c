import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { onnxRuntime, openOnnx } from './onnx-session';
import type { PromptImage } from './prompt-image';
import { PromptableModel, type PromptedMask } from './promptable-model';
import type { Prompts } from './prompts';
import { samFamily, type SamFamily, type SamFamilyName } from './sam-families';
import { innerSize, ownMaskInput, samInput, samLogits, samMaskInput } from './sam-frame';
import { samInterface, type SamInterface } from './sam-interface';
import { samFiles, type SamFiles } from './sam-weights';

/** What labels mean to SAM's prompt encoder. */
const LABEL = { negative: 0, positive: 1, topLeft: 2, bottomRight: 3, none: -1 };
/** Masks of the decoder: the first is for prompts that leave no doubt, the others for one click. */
const ALL_MASKS = 4;

type Embedding = Record<string, Tensor>;
type Runtime = Awaited<ReturnType<typeof onnxRuntime>>;

/**
 * A network of the SAM family from two ONNX files. One click gives three masks (a part, the whole, what holds it), more than
 * that gives one, as the reference recommends; SAM-Med2D gives the one of its three that it scores best, as its own predictor.
 */
export class SamModel extends PromptableModel<Embedding> {
  /** Opened by `openSam`. */
  constructor(
    readonly name: string,
    private readonly family: SamFamily,
    private readonly sessions: { encoder: InferenceSession; decoder: InferenceSession },
    private readonly parts: SamInterface,
    private readonly runtime: Runtime,
  ) {
    super();
  }

  protected override logitShape(image: PromptImage): readonly number[] {
    return this.parts.maskInput ?? image.shape;
  }

  protected async encode(image: PromptImage): Promise<Embedding> {
    const { side, image: name, embeddings } = this.parts;
    const pixels = new this.runtime.Tensor('float32', samInput(image, this.family, side), [1, 3, side, side]);
    const outputs = await this.sessions.encoder.run({ [name]: pixels });
    return Object.fromEntries(Object.entries(embeddings).map(([input, output]) => [input, outputs[output]]));
  }

  protected async decode(
    embedding: Embedding,
    prompts: Prompts,
    image: PromptImage,
  ): Promise<PromptedMask[]> {
    const outputs = await this.sessions.decoder.run({ ...embedding, ...this.feeds(prompts, image) });
    const { data, dims } = outputs[this.parts.masks];
    const scores = outputs[this.parts.scores].data as Float32Array;
    const [height, width] = dims.slice(-2);
    return chosen(scores, prompts, this.family).map((index) => {
      const low = (data as Float32Array).slice(index * height * width, (index + 1) * height * width);
      const logits = { data: low, shape: [height, width], channels: 1 };
      const full =
        String(logits.shape) === String(image.shape)
          ? low
          : samLogits(logits, this.family, this.parts.side, image.shape);
      const mask = Uint8Array.from(full, (logit) => Number(logit > 0));
      return { mask: { data: mask, shape: image.shape, channels: 1 }, score: scores[index], logits };
    });
  }

  /** The prompts as the decoder's inputs. */
  private feeds({ points = [], box, mask }: Prompts, { shape }: PromptImage): Embedding {
    const { side, prompts: wanted, maskInput } = this.parts;
    if (mask && !maskInput && !box && points.length === 0) {
      throw new RangeError(
        `${this.name}: got a mask alone, which its decoder does not take; expected points or a box`,
      );
    }
    const inner = innerSize(this.family, side, shape);
    const marks: [row: number, column: number, label: number][] = points.map(
      ({ row, column, label = 'positive' }) => [row, column, LABEL[label]],
    );
    if (box) marks.push([box.top, box.left, LABEL.topLeft], [box.bottom, box.right, LABEL.bottomRight]);
    else marks.push([0, 0, LABEL.none]);
    const low = maskInput ?? [0, 0];
    const values: Record<string, [values: ArrayLike<number>, dims: number[]]> = {
      point_coords: [
        marks.flatMap(([row, column]) => [(column * inner[1]) / shape[1], (row * inner[0]) / shape[0]]),
        [1, marks.length, 2],
      ],
      point_labels: [marks.map(([, , label]) => label), [1, marks.length]],
      mask_input: [this.maskLogits(mask, low, shape), [1, 1, ...low]],
      has_mask_input: [[mask && maskInput ? 1 : 0], [1]],
      orig_im_size: [shape, [2]],
    };
    const feeds = Object.entries(wanted).map(([name, type]) => {
      const [numbers, dims] = values[name];
      return [name, this.tensor(type, numbers, dims)];
    });
    return Object.fromEntries(feeds);
  }

  private maskLogits(mask: Prompts['mask'], low: readonly [number, number], shape: readonly number[]) {
    if (!mask || !this.parts.maskInput) return new Float32Array(low[0] * low[1]);
    const own = String(mask.shape) === String(low) && String(low) !== String(shape);
    return own ? ownMaskInput(mask.data, this.family) : samMaskInput(mask, this.family, this.parts.side, low);
  }

  private tensor(type: string, values: ArrayLike<number>, dims: readonly number[]): Tensor {
    const { Tensor } = this.runtime;
    if (type === 'int64') return new Tensor('int64', BigInt64Array.from(Array.from(values, BigInt)), dims);
    if (type === 'int32') return new Tensor('int32', Int32Array.from(values), dims);
    return new Tensor('float32', Float32Array.from(values), dims);
  }
}

/** Which of a decoder's masks answer. */
function chosen(scores: Float32Array, { points = [], box, mask }: Prompts, { answers }: SamFamily): number[] {
  const all = Array.from(scores.keys());
  const three = scores.length === ALL_MASKS ? all.slice(1) : all;
  if (answers === 'best') return [best(three, scores)];
  const alone = points.length === 1 && !box && !mask;
  if (alone) return three;
  return scores.length === ALL_MASKS ? [0] : [best(all, scores)];
}

const best = (indices: number[], scores: Float32Array): number =>
  indices.reduce((most, index) => (scores[index] > scores[most] ? index : most));

/**
 * Opens a network of the SAM family: `sam`, `mobile-sam`, `edge-sam`, `sam2` (images), `medsam` or `sam-med2d`.
 *
 * ```ts
 * const sam = await openSam('sam', { encoder: 'encoder.onnx', decoder: 'decoder.onnx' });
 * const [best] = await sam.segment(image, { box: { top: 10, left: 20, bottom: 80, right: 90 } });
 * ```
 *
 * SAM-Med3D is not among them. Its repository (uni-medical/SAM-Med3D) has PyTorch code and a checkpoint, but no export of its
 * 3-D encoder, prompt encoder and decoder: the one file there that names ONNX is the 2-D SAM's, which it was built from.
 * Its embeddings (384 × 8 × 8 × 8 of a cube of 128 voxels of 1.5 mm) and its points are in space, so that no file above could
 * hold them. `segmentVolume` segments volumes slice by slice with any of these.
 *
 * @param files the two ONNX files; by default those in the data folder, EdgeSAM's downloaded there
 * @throws RangeError for an unknown family; Error where files are missing, with the commands that bring them, and for files
 *   that are no encoder and decoder of this kind, naming the file
 */
export async function openSam(family: SamFamilyName, files?: SamFiles): Promise<SamModel> {
  const owner = 'openSam';
  const known = samFamily(owner, family);
  const found = await samFiles(owner, family, known, files);
  const runtime = await onnxRuntime(owner);
  const encoder = await openOnnx(owner, found.encoder);
  const decoder = await openOnnx(owner, found.decoder);
  const parts = samInterface(owner, found, encoder, decoder, known.side);
  return new SamModel(family, known, { encoder, decoder }, parts, runtime);
}
