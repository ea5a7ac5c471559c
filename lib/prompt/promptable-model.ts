import type { Image } from '../io/image';
import { EmbeddingCache } from './embedding-cache';
import { requirePromptImage, type PromptImage } from './prompt-image';
import { requirePrompts, type Prompts } from './prompts';

/** An object that a model found. */
export interface PromptedMask {
  /** Shape: the image's [height, width]; 1 inside, 0 outside */
  mask: Image<Uint8Array>;
  /** The model's own estimate of the mask's IoU with the object that is meant, 0…1. */
  score: number;
  /** Above 0 inside, at the model's own size: as `mask` of the next prompts for this image they carry on from here. */
  logits: Image<Float32Array>;
}

/** What segments prompts, whatever it is made of. */
export type Promptable = Pick<PromptableModel, 'name' | 'embed' | 'segment' | 'segmentEach' | 'dispose'>;

/** Images whose embeddings are kept. */
const CAPACITY = 4;

/**
 * Segments what prompts point at (Kirillov et al. 2023, Segment Anything): an image is embedded once, which may take
 * seconds, and then each click, box or mask answers at once.
 *
 * ```ts
 * const model = new RegionGrowing();
 * const [best] = await model.segment(image, { points: [{ row: 40, column: 52 }] });
 * const [better] = await model.segment(image, {
 *   points: [{ row: 40, column: 52 }, { row: 31, column: 60, label: 'negative' }],
 *   mask: best.logits,
 * });
 * model.dispose();
 * ```
 *
 * Images are known by their object: the same one is embedded once, while it is among the last four that were used. Whoever
 * changes its samples takes a new object.
 */
export abstract class PromptableModel<Embedding = unknown> {
  /** With which errors begin. */
  abstract readonly name: string;
  private readonly embeddings = new EmbeddingCache<Embedding>(CAPACITY, (embedding) =>
    this.release(embedding),
  );

  /**
   * Embeds an image ahead of its first prompt.
   *
   * @param image gray or RGB, bytes 0…255 or floats 0…1
   * @throws RangeError or TypeError for an image that is not so
   */
  async embed(image: Image): Promise<void> {
    requirePromptImage(this.name, image);
    await this.withEmbedding(image, () => undefined);
  }

  /**
   * The object that the prompts mean, best mask first: several where the model offers a part, the whole and what holds it.
   *
   * @throws RangeError or TypeError, before any work, as `embed`, and for prompts that are empty or outside of the image
   */
  async segment(image: Image, prompts: Prompts): Promise<PromptedMask[]> {
    requirePromptImage(this.name, image);
    requirePrompts(this.name, prompts, image.shape, this.logitShape(image));
    const masks = await this.withEmbedding(image, (embedding) => this.decode(embedding, prompts, image));
    return masks.sort((one, other) => other.score - one.score);
  }

  /**
   * The best mask of each of several objects, in their order.
   *
   * @throws as `segment`, naming the first object whose prompts are wrong, before any work
   */
  async segmentEach(image: Image, objects: readonly Prompts[]): Promise<PromptedMask[]> {
    requirePromptImage(this.name, image);
    const logits = this.logitShape(image);
    objects.forEach((prompts, index) =>
      requirePrompts(`${this.name}: object ${index}`, prompts, image.shape, logits),
    );
    const found: PromptedMask[] = [];
    for (const prompts of objects) found.push((await this.segment(image, prompts))[0]);
    return found;
  }

  /** Gives up what is kept of images; what is in use, as soon as it no longer is. */
  dispose(): void {
    void this.embeddings.clear();
  }

  /** The size of the logits for an image. */
  protected logitShape(image: PromptImage): readonly number[] {
    return image.shape;
  }

  protected abstract encode(image: PromptImage): Embedding | Promise<Embedding>;

  /** @param prompts checked, for this image */
  protected abstract decode(
    embedding: Embedding,
    prompts: Prompts,
    image: PromptImage,
  ): PromptedMask[] | Promise<PromptedMask[]>;

  /** Frees an embedding that is no longer kept. */
  protected release(_embedding: Embedding): void {}

  private withEmbedding<Result>(
    image: PromptImage,
    work: (embedding: Embedding) => Result | Promise<Result>,
  ): Promise<Result> {
    return this.embeddings.use(image, async () => this.encode(image), work);
  }
}
