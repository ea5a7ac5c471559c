import { DISPLAY } from '../display/bundle';
import { OVERLAY_COLOURS } from '../display/colours';
import type { DicomSeries } from '../io/dicom/read-series';
import type { Image } from '../io/image';
import type { MimeBundle } from '../kernel/bridge';
import type { PromptBox, PromptPoint } from '../prompt/prompts';
import type { Prompter } from './prompter';
import {
  accepted,
  type AnnotatedObject,
  discarded,
  EMPTY_SCENE,
  isEmpty,
  labelMap,
  promptsOf,
  type Scene,
  without,
  withPrompt,
} from './scene';
import {
  saveCoco,
  saveDicomSegmentation,
  saveNifti,
  savePngs,
  type SaveDicomOptions,
  type SaveNiftiOptions,
} from './save';

interface History {
  scene: Scene;
  past: Scene[];
}

/** Steps that can be undone, an image. */
const MOST_STEPS = 500;

/**
 * Objects that are being marked in images, by clicks in the widget or by code: both take the same steps, one after the
 * other, and what each of them found is here at once.
 */
export class Annotation {
  /** What the last step came to, in words. */
  said = '';
  private current = 0;
  private chosenLabel = 0;
  private readonly histories: History[];
  private readonly listeners = new Set<() => void | Promise<void>>();
  private queue: Promise<unknown> = Promise.resolve();

  /** Made by `annotate`, which checks what it gets. */
  constructor(
    readonly images: readonly Image[],
    readonly names: readonly string[],
    /** The classes that objects can have; empty for objects without. */
    readonly classes: readonly string[],
    private readonly model: Prompter,
  ) {
    this.histories = images.map(() => ({ scene: EMPTY_SCENE, past: [] }));
  }

  /** All that was accepted: image by image, in the order in which it was. */
  get objects(): readonly AnnotatedObject[] {
    return this.histories.flatMap(({ scene }) => scene.objects);
  }

  /** The masks of `objects`, each as the model gave it; they may overlap. */
  get masks(): Image<Uint8Array>[] {
    return this.objects.map(({ mask }) => mask);
  }

  /** One map an image, [height, width]: 0 outside and 1, 2, 3 … in its objects; a pixel of several belongs to the first. */
  get labels(): Image<Uint16Array>[] {
    return this.images.map(({ shape }, image) => labelMap(this.histories[image].scene.objects, shape));
  }

  /** Which image is shown, from 0 on. */
  get shown(): number {
    return this.current;
  }

  /** The place in `classes` of the next object's class. */
  get chosen(): number {
    return this.chosenLabel;
  }

  /** The shown image's objects and the one in work. */
  get scene(): Scene {
    return this.histories[this.current].scene;
  }

  /** In which the object in work is shown: of its class, or where there are none of its turn. */
  get nextColour(): string {
    const { objects } = this.scene;
    const last = OVERLAY_COLOURS.indexOf(objects[objects.length - 1]?.colour);
    const turn = this.classes.length > 0 ? this.chosenLabel : last + 1;
    return OVERLAY_COLOURS[turn % OVERLAY_COLOURS.length];
  }

  /** True where `undo` has something to undo. */
  get canUndo(): boolean {
    return this.histories[this.current].past.length > 0;
  }

  get summary(): string {
    const images = this.images.length === 1 ? '' : ` in ${this.images.length} images`;
    return `annotation: ${count(this.objects.length, 'object')}${images}`;
  }

  /** One more point on the object in work, or beside it. @throws RangeError outside of the image */
  addPoint(point: PromptPoint): Promise<void> {
    return this.step(() => this.prompt(point));
  }

  /** A box around the object in work. @throws RangeError outside of the image */
  setBox(box: PromptBox): Promise<void> {
    return this.step(() => this.prompt(box));
  }

  /** The object in work is done; prompts from now on mean the next. @throws Error where there is none */
  accept(): Promise<void> {
    return this.step(() => {
      const { classes, scene, current } = this;
      const label = classes[this.chosenLabel] ?? 'object';
      this.goTo(accepted(scene, current, label, this.nextColour));
      this.said = `Object ${scene.objects.length + 1} accepted. Click the next one.`;
    });
  }

  /** Forgets the prompts of the object in work. */
  discard(): Promise<void> {
    return this.step(() => {
      if (isEmpty(this.scene.draft)) return void (this.said = 'There are no prompts to discard.');
      this.goTo(discarded(this.scene));
      this.said = 'Prompts discarded.';
    });
  }

  /** Removes an accepted object of the shown image, from 0 on. @throws Error for one that is not there */
  remove(object: number): Promise<void> {
    return this.step(() => {
      this.goTo(without(this.scene, object));
      this.said = `Object ${object + 1} deleted.`;
    });
  }

  /** Takes the last step in the shown image back. */
  undo(): Promise<void> {
    return this.step(() => {
      const history = this.histories[this.current];
      const before = history.past.pop();
      if (before) history.scene = before;
      this.said = before ? `Undone. ${this.describe()}` : 'There is nothing to undo.';
    });
  }

  /** Goes to another image. @throws RangeError for one that is not there */
  show(image: number): Promise<void> {
    return this.step(async () => {
      if (!(image in this.images)) {
        throw new RangeError(`annotate: got image ${image}; expected 0 … ${this.images.length - 1}`);
      }
      await this.model.embed(this.images[image]);
      this.current = image;
      const many = this.images.length > 1;
      const where = many ? `${this.names[image]}, image ${image + 1} of ${this.images.length}. ` : '';
      this.said = where + this.describe();
    });
  }

  /** The class of the next objects, by its place in `classes`. @throws RangeError for one that is not there */
  choose(label: number): Promise<void> {
    return this.step(() => {
      if (!(label in this.classes)) {
        throw new RangeError(`annotate: got class ${label}; expected 0 … ${this.classes.length - 1}`);
      }
      this.chosenLabel = label;
      this.said = `The next object is: ${this.classes[label]}.`;
    });
  }

  /**
   * Writes `labels` as PNG of 16 bits, one `<name>.png` an image, into a folder.
   *
   * @returns the files
   */
  savePngs(folder: string): Promise<string[]> {
    return savePngs(this, folder);
  }

  /**
   * Writes all images as slices of one volume, NIfTI: 1, 2, 3 … for the classes, or for the objects where there are none.
   *
   * @throws RangeError for images of different sizes, and a file name that does not end in .nii or .nii.gz
   */
  saveNifti(file: string, options: SaveNiftiOptions = {}): Promise<void> {
    return saveNifti(this, file, options);
  }

  /**
   * Writes the annotation of a series as DICOM segmentation: a segment for each class, or where there are none for each object.
   *
   * @param series what `readDicomSeries` gave: the annotated images are its slices, all of them, in their order
   * @throws RangeError where they are not, and where nothing was accepted
   */
  saveDicomSegmentation(file: string, series: DicomSeries, options: SaveDicomOptions = {}): void {
    saveDicomSegmentation(this, file, series, options);
  }

  /** Writes a COCO data set: images are called `<name>.png`, classes are categories, masks are run lengths. */
  saveCoco(file: string): void {
    saveCoco(this, file);
  }

  /** One line where a cell ends with it; the widget was shown by `annotate`. */
  [DISPLAY](): MimeBundle {
    return { data: { 'text/plain': `[${this.summary}]` } };
  }

  /**
   * Calls the listener after each step, also one that failed; the step is done when the listener is. Returns a function that
   * removes it.
   */
  onStep(listener: () => void | Promise<void>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Steps wait for those before them, whoever takes them. */
  private step(work: () => void | Promise<void>): Promise<void> {
    const done = this.queue
      .then(work)
      .catch((error: unknown) => {
        this.said = error instanceof Error ? error.message : String(error);
        throw error;
      })
      .finally(() => Promise.all([...this.listeners].map((listener) => listener())));
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async prompt(prompt: PromptPoint | PromptBox): Promise<void> {
    const { objects, draft } = this.scene;
    const next = withPrompt(draft, prompt);
    const prompts = promptsOf(next);
    if (prompts) {
      const [best] = await this.model.segment(this.images[this.current], prompts);
      this.goTo({ objects, draft: { ...next, answer: best } });
      this.said = this.describe();
    } else {
      this.goTo({ objects, draft: next });
      this.said = 'A negative point: now click the object itself.';
    }
  }

  private goTo(scene: Scene): void {
    const history = this.histories[this.current];
    history.past.push(history.scene);
    if (history.past.length > MOST_STEPS) history.past.shift();
    history.scene = scene;
  }

  private describe(): string {
    const { objects, draft } = this.scene;
    const { points, box, answer } = draft;
    if (isEmpty(draft)) {
      return objects.length === 0 ? 'Click an object.' : `${count(objects.length, 'object')} accepted.`;
    }
    const prompts = [
      ...(box ? ['a box'] : []),
      ...(points.length > 0 ? [count(points.length, 'point')] : []),
    ];
    if (!answer) return `${prompts.join(' and ')}.`;
    const pixels = answer.mask.data.reduce((sum, inside) => sum + inside, 0);
    return `${prompts.join(' and ')}: ${count(pixels, 'pixel')}, estimated IoU ${answer.score.toFixed(2)}.`;
  }
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
