import { publish, newDisplayId } from '../display/bundle';
import type { Image } from '../io/image';
import { Annotation } from './annotation';
import { annotationBundle, newAnnotationId } from './figure';
import type { Prompter } from './prompter';
import { pngNameOf } from './save';
import { serve } from './views';

export interface AnnotateOptions {
  /** Above the widget. Default: `Click objects`. */
  title?: string;
  /** What the images are called, in the widget and in files. Default: `image-1`, `image-2` … */
  names?: readonly string[];
  /** Classes that the objects can have, such as `['kidney', 'tumour']`. Default: none, all are objects. */
  classes?: readonly string[];
}

/**
 * Shows a widget below the cell in which objects are marked with clicks, boxes or the keyboard: the model turns them into
 * masks. Resolves when the first image is embedded and the widget is there; what was accepted is in the annotation from then
 * on, for later cells.
 *
 * Keys, with the picture in focus: arrows move the cursor (with Shift by 10 pixels), Enter or Space puts a positive point, N
 * a negative one, B a corner of a box, A accepts, U undoes, Escape discards the prompts, Delete removes the object under the
 * cursor, Page Up and Page Down change the image.
 *
 * The page talks to the kernel through the Jupyter server's own connection, also behind JupyterHub; no port is opened. Where
 * there is no kernel, such as in exported HTML, the accepted masks are a still picture.
 *
 * @param images one image or several: gray or RGB, bytes 0…255 or floats 0…1
 * @throws RangeError for no images, or options that do not fit; and what `model.embed` throws for an image
 */
export async function annotate(
  images: Image | readonly Image[],
  model: Prompter,
  options: AnnotateOptions = {},
): Promise<Annotation> {
  const list = 'data' in images ? [images] : [...images];
  const { title = 'Click objects', classes = [] } = options;
  const names = options.names ?? list.map((_, index) => `image-${index + 1}`);
  if (list.length === 0) throw new RangeError('annotate: got no images; expected at least one');
  if (names.length !== list.length) {
    throw new RangeError(`annotate: got ${names.length} names for ${list.length} images; expected one each`);
  }
  requireDistinct('names', names.map(pngNameOf));
  const folder = names.find((name) => /[/\\]/.test(name));
  if (folder !== undefined) {
    throw new RangeError(
      `annotate: got the name '${folder}'; expected one without folders: files are called after it`,
    );
  }
  requireDistinct('classes', classes);
  const annotation = new Annotation(list, names, classes, model);
  await annotation.show(0);

  const id = newAnnotationId();
  const displayId = newDisplayId('annotation');
  const draw = async (update: boolean) =>
    publish(await annotationBundle(annotation, id, title), { displayId, update });
  serve(id, annotation);
  await draw(false);
  let drawn = annotation.objects.length;
  annotation.onStep(async () => {
    if (annotation.objects.length === drawn) return;
    drawn = annotation.objects.length;
    await draw(true);
  });
  return annotation;
}

function requireDistinct(what: string, words: readonly string[]): void {
  const wrong = words.find((word, index) => word.trim() === '' || words.indexOf(word) < index);
  if (wrong === undefined) return;
  throw new RangeError(`annotate: got '${wrong}' among the ${what}; expected words, each of them once`);
}
