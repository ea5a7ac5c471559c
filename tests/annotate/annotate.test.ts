import assert from 'node:assert/strict';
import { annotate } from '../../lib/annotate/annotate';
import { runsOf, type SceneMessage } from '../../lib/annotate/views';
import { DISPLAY } from '../../lib/display/bundle';
import { type Comm, KERNEL_BRIDGE, type MimeBundle } from '../../lib/kernel/bridge';
import { SquareModel, squares } from './squares';

type OnOpen = (comm: Comm, data: unknown) => (data: unknown) => void;

/** A kernel that keeps what is displayed, and whose pages speak for themselves. */
class Kernel {
  readonly shown: { html: string; update: boolean }[] = [];
  private onOpen: OnOpen | undefined;

  constructor() {
    const bridge = {
      kernelId: 'the-kernel',
      display: ({ data }: MimeBundle, options?: { update?: boolean }) =>
        this.shown.push({ html: String(data['text/html']), update: options?.update === true }),
      offerTarget: (target: string, onOpen: OnOpen) => {
        assert.equal(target, 'segcourse.annotation');
        this.onOpen = onOpen;
      },
    };
    Object.assign(globalThis, { [KERNEL_BRIDGE]: bridge });
  }

  /** Opens a page of the annotation that was shown last. */
  page(annotation = /"annotation":"([^"]+)"/.exec(this.shown[0].html)![1]): Page {
    return new Page(this.onOpen!, annotation);
  }

  stop(): void {
    Reflect.deleteProperty(globalThis, KERNEL_BRIDGE);
  }
}

class Page {
  isOpen = true;
  readonly messages: SceneMessage[] = [];
  readonly send: (data: unknown) => void;
  private heard: (() => void) | undefined;

  constructor(onOpen: OnOpen, annotation: string) {
    const hear = (message: unknown) => {
      // What leaves the kernel is JSON; anything that does not survive it is a fault.
      this.messages.push(JSON.parse(JSON.stringify(message)) as SceneMessage);
      this.heard?.();
    };
    const close = () => (this.isOpen = false);
    const isOpen = () => this.isOpen;
    const comm: Comm = {
      id: 'x',
      get isOpen() {
        return isOpen();
      },
      send: hear,
      close,
    };
    this.send = onOpen(comm, { annotation });
  }

  /** The first message that has as many answers. */
  answer(answered: number): Promise<SceneMessage> {
    return this.until((message) => message.answered >= answered);
  }

  async until(matches: (message: SceneMessage) => boolean): Promise<SceneMessage> {
    for (;;) {
      const found = this.messages.find(matches);
      if (found) return found;
      await new Promise<void>((resolve) => (this.heard = resolve));
    }
  }
}

describe('annotate', () => {
  const image = squares([6, 8], [0, 0], [3, 5]);
  let kernel: Kernel;
  beforeEach(() => (kernel = new Kernel()));
  afterEach(() => kernel.stop());

  it('embeds the first image, shows a still picture, and tells a page what there is', async () => {
    const model = new SquareModel();
    const annotation = await annotate([image, squares([4, 4])], model, {
      title: 'A <title>',
      names: ['a', 'b'],
    });
    assert.deepEqual(model.embedded, [image]);
    const [{ html, update }] = kernel.shown;
    assert.equal(update, false);
    assert.match(html, /A &lt;title&gt;/);
    assert.match(html, /alt="a with 0 accepted objects marked"/);
    const page = kernel.page();
    const { objects, picture, classes, name, images, said } = await page.answer(0);
    assert.deepEqual([objects, classes, name, images], [[], [], 'a', 2]);
    assert.match(picture!, /^data:image\/png;base64,/);
    assert.equal(said, 'a, image 1 of 2. Click an object.');
    assert.deepEqual(annotation[DISPLAY]().data, { 'text/plain': '[annotation: 0 objects in 2 images]' });
  });

  it("takes a page's requests, and tells every page, each thing once", async () => {
    const annotation = await annotate(image, new SquareModel());
    const [page, other] = [kernel.page(), kernel.page()];
    page.send({ do: 'point', row: 1, column: 1, label: 'positive' });
    const pointed = await page.answer(1);
    assert.equal(pointed.said, '1 point: 9 pixels, estimated IoU 0.90.');
    assert.deepEqual([pointed.draft.answered, pointed.draft.points.length], [true, 1]);
    const runs = annotation.scene.draft.answer!.mask.data;
    assert.deepEqual(pointed.draft.runs, runsOf(runs));
    page.send({ do: 'accept' });
    const { picture, draft } = await page.answer(2);
    assert.equal(picture, undefined);
    const news = page.messages.filter(({ objects }) => objects);
    assert.equal(news.length, 2);
    assert.deepEqual(
      news[1].objects!.map(({ label, pixels, runs: own }) => [label, pixels, own.length]),
      [['object', 9, 7]],
    );
    assert.deepEqual([draft.points, draft.runs], [[], []]);
    page.send({ do: 'box', top: 3, left: 5, bottom: 5, right: 7 });
    assert.equal((await page.answer(3)).objects, undefined);
    await other.until(({ draft: { box } }) => box?.top === 3);
    assert.ok(other.messages.every(({ answered }) => answered === 0));
    assert.equal(kernel.shown.filter(({ update }) => update).length, 1);
    assert.match(kernel.shown[1].html, /1 accepted/);
  });

  it('answers what goes wrong in words, and requests of no sense at all', async () => {
    const annotation = await annotate(image, new SquareModel());
    const page = kernel.page();
    const wrong = [
      { do: 'point', row: 99, column: 1 },
      { do: 'accept' },
      { do: 'remove', object: 0 },
      { do: 'show', image: 1e9 },
      { do: 'choose', label: 0 },
      { do: 'constructor' },
      { do: 'point', row: '1', column: 1 },
      { do: 'point', row: null, column: 1 },
      { do: 'box', top: 0, left: 0, bottom: 3 },
      null,
      'accept',
    ];
    const said: string[] = [];
    for (const [index, request] of wrong.entries()) {
      page.send(request);
      said.push((await page.answer(index + 1)).said);
    }
    assert.match(said[0], /got row 99/);
    assert.match(said[1], /Nothing to accept/);
    assert.match(said[2], /There is no object 1/);
    assert.match(said[3], /got image 1000000000; expected 0 … 0/);
    assert.equal(annotation.objects.length, 0);
    assert.equal(annotation.canUndo, false);
  });

  it('closes pages of annotations that it does not know, and the oldest of many', async () => {
    await annotate(image, new SquareModel());
    assert.equal(kernel.page('another').isOpen, false);
    assert.equal(kernel.page('__proto__').isOpen, false);
    const pages = Array.from({ length: 5 }, () => kernel.page());
    assert.deepEqual(
      pages.map(({ isOpen }) => isOpen),
      [false, true, true, true, true],
    );
  });

  it('refuses options that do not fit, before anything is embedded', async () => {
    const model = new SquareModel();
    await assert.rejects(annotate([], model), /got no images/);
    await assert.rejects(annotate(image, model, { names: [] }), /got 0 names for 1 images/);
    await assert.rejects(
      annotate([image, image], model, { names: ['a', 'a.png'] }),
      /got 'a.png' among the names/,
    );
    await assert.rejects(
      annotate(image, model, { names: ['../a'] }),
      /got the name '..\/a'; expected one without/,
    );
    await assert.rejects(annotate(image, model, { classes: ['x', ' '] }), /got ' ' among the classes/);
    assert.deepEqual(model.embedded, []);
  });
});

describe('runsOf', () => {
  it('counts from outside on', () => {
    assert.deepEqual(runsOf(Uint8Array.of(0, 0, 1, 1, 1, 0)), [2, 3, 1]);
    assert.deepEqual(runsOf(Uint8Array.of(1, 0, 1)), [0, 1, 1, 1]);
    assert.deepEqual(runsOf(new Uint8Array(3)), [3]);
  });
});
