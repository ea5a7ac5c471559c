import { pngDataUri } from '../display/png';
import { kernelBridge, type Comm } from '../kernel/bridge';
import type { Annotation } from './annotation';
import { rasterOf } from './picture';
import { readRequest, type Request } from './requests';
import type { AnnotatedObject } from './scene';
import { TARGET } from './target';

/** What a page gets after each step. */
export interface SceneMessage {
  /** How many requests of this page are answered by now. */
  answered: number;
  said: string;
  image: number;
  images: number;
  name: string;
  height: number;
  width: number;
  /** A data URI; where the page does not have it yet. */
  picture?: string;
  /** Where they are not those of the last message. */
  objects?: { colour: string; label: string; pixels: number; runs: number[] }[];
  draft: {
    colour: string;
    points: readonly { row: number; column: number; label?: string }[];
    box?: { top: number; left: number; bottom: number; right: number };
    runs: number[];
    /** True where it can be accepted. */
    answered: boolean;
  };
  classes: readonly string[];
  chosen: number;
  canUndo: boolean;
}

/** Annotations whose pages are served; older ones are given up with their images. */
const MOST_ANNOTATIONS = 16;
/** Pages that see one annotation; more are those of tabs that were closed without a word. */
const MOST_VIEWS = 4;

const served = new Map<string, { annotation: Annotation; pages: Comm[] }>();

/** Lets pages see the annotation and take its steps, as long as the kernel lives. */
export function serve(id: string, annotation: Annotation): void {
  served.set(id, { annotation, pages: [] });
  for (const old of served.keys()) if (served.size > MOST_ANNOTATIONS) served.delete(old);
  kernelBridge()?.offerTarget(TARGET, (page, data) => {
    const wanted = served.get(String((data as { annotation?: unknown } | undefined)?.annotation));
    if (!wanted) {
      // Not an error: the page of a notebook that was opened again asks for what an earlier kernel had.
      page.close();
      return () => undefined;
    }
    wanted.pages = [...wanted.pages.filter(({ isOpen }) => isOpen), page];
    if (wanted.pages.length > MOST_VIEWS) wanted.pages.shift()!.close();
    return openView(wanted.annotation, page);
  });
}

/** Shows an annotation to one page; returns what takes the page's requests. */
function openView(annotation: Annotation, page: Comm): (data: unknown) => void {
  let answered = 0;
  let known: { image?: number; objects?: readonly AnnotatedObject[] } = {};
  let due = false;
  let sending: Promise<void> = Promise.resolve();

  const send = async (): Promise<void> => {
    due = false;
    if (!page.isOpen) return stop();
    const { scene, shown } = annotation;
    const message = messageOf(annotation, answered);
    const before = known;
    known = { image: shown, objects: scene.objects };
    if (before.image !== shown) message.picture = await pngDataUri(rasterOf(annotation.images[shown]));
    if (before.objects !== scene.objects) message.objects = scene.objects.map(describe);
    page.send(message);
  };
  /** One after the other, for a picture takes longer to make than the message after it; and one for all that just happened. */
  const show = (): void => {
    if (due) return;
    due = true;
    setImmediate(() => (sending = sending.then(send)));
  };
  const stop = annotation.onStep(show);
  show();
  return (data) => {
    const done = (): void => {
      answered++;
      show();
    };
    let request: Request;
    try {
      request = readRequest(data);
    } catch {
      // Of a page of another version; it must not wait for ever.
      return done();
    }
    // What goes wrong is in `said`.
    take(annotation, request).then(done, done);
  };
}

function messageOf(annotation: Annotation, answered: number): SceneMessage {
  const { scene, shown, images, names, said, classes, chosen, canUndo, nextColour } = annotation;
  const { points, box, answer } = scene.draft;
  const [height, width] = images[shown].shape;
  return {
    ...{ answered, said, image: shown, images: images.length, name: names[shown], height, width },
    draft: {
      colour: nextColour,
      points,
      box,
      runs: answer ? runsOf(answer.mask.data) : [],
      answered: answer !== undefined,
    },
    ...{ classes, chosen, canUndo },
  };
}

function take(annotation: Annotation, request: Request): Promise<void> {
  switch (request.do) {
    case 'point':
      return annotation.addPoint(request.point);
    case 'box':
      return annotation.setBox(request.box);
    case 'remove':
      return annotation.remove(request.object);
    case 'show':
      return annotation.show(request.image);
    case 'choose':
      return annotation.choose(request.label);
    default:
      return annotation[request.do]();
  }
}

const described = new WeakMap<AnnotatedObject, NonNullable<SceneMessage['objects']>[number]>();

function describe(object: AnnotatedObject) {
  const known = described.get(object);
  if (known) return known;
  const { colour, label, mask } = object;
  const pixels = mask.data.reduce((sum, inside) => sum + inside, 0);
  const made = { colour, label, pixels, runs: runsOf(mask.data) };
  described.set(object, made);
  return made;
}

/** Lengths of runs in scan order, from outside on. */
export function runsOf(mask: Uint8Array): number[] {
  const runs: number[] = [];
  let from = 0;
  for (let inside = false; from < mask.length; inside = !inside) {
    const end = mask.indexOf(inside ? 0 : 1, from);
    const stop = end < 0 ? mask.length : end;
    runs.push(stop - from);
    from = stop;
  }
  return runs;
}
