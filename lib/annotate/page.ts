import type { ChannelSettings, kernelChannel } from './page-channel';
import type { scenePainter } from './page-paint';
import type { listenToPointer, Place } from './page-pointer';
import type { imageView } from './page-view';
import type { buildWidget, Mode } from './page-widget';
import type { SceneMessage } from './views';

export interface PageSettings extends ChannelSettings {
  title: string;
}

/** What the page is made of; each of them uses nothing from outside itself. */
export interface PageParts {
  kernelChannel: typeof kernelChannel;
  buildWidget: typeof buildWidget;
  imageView: typeof imageView;
  listenToPointer: typeof listenToPointer;
  scenePainter: typeof scenePainter;
}

/**
 * Puts the widget in the place of its still picture, as soon as the kernel answers. Runs in the page, not here: its source
 * text is written into the output, so it uses nothing from outside itself but the parts that it is given.
 */
export function annotationPage(figure: HTMLElement, settings: PageSettings, parts: PageParts): void {
  const { annotation, title } = settings;
  // When the still picture is replaced, the script runs again: the widget that is there moves into the new output.
  const page = window as unknown as { segcourseAnnotations?: Map<string, HTMLElement[]> };
  const widgets = (page.segcourseAnnotations ??= new Map());
  const mine = widgets.get(annotation) ?? [];
  widgets.set(annotation, mine);
  const orphan = mine.find((each: HTMLElement) => !each.isConnected);
  if (orphan) {
    figure.replaceChildren(orphan);
    orphan.dispatchEvent(new Event('moved'));
    return;
  }

  let scene: SceneMessage | undefined;
  let objects: NonNullable<SceneMessage['objects']> = [];
  let mode: Mode = 'positive';
  let cursor: Place = { row: 0, column: 0 };
  let byKeyboard = false;
  /** The first corner of a box that is being drawn. */
  let corner: Place | undefined;
  let askedAt = 0;
  let impatience: ReturnType<typeof setTimeout> | undefined;
  const picture = new Image();

  const ask = (request: object) => {
    askedAt = performance.now();
    clearTimeout(impatience);
    impatience = setTimeout(() => {
      stage.setAttribute('aria-busy', 'true');
      status.textContent = 'The kernel is at work …';
    }, 400);
    channel?.send(request);
  };
  const turn = (by: number) => {
    const next = scene!.image + by;
    if (next >= 0 && next < scene!.images) ask({ do: 'show', image: next });
  };
  const setMode = (next: Mode) => {
    mode = next;
    corner = undefined;
    widget.showMode(mode);
    draw();
  };
  const ZOOM_STEP = 1.5;
  /** About the cursor of the keyboard, else about the middle. */
  const zoomByStep = (step: number) => {
    const { top, left, rows, columns } = view.seen;
    const middle = byKeyboard ? cursor : { row: top + rows / 2 - 0.5, column: left + columns / 2 - 0.5 };
    zoomBy(step === 0 ? 1 / view.zoom : ZOOM_STEP ** step, middle);
    const { seen, zoom } = view;
    const [lastRow, lastColumn] = [seen.top + seen.rows, seen.left + seen.columns].map(
      (end) => Math.ceil(end) - 1,
    );
    status.textContent =
      `Zoom ${Math.round(100 * zoom)} %: rows ${Math.floor(seen.top)} to ${lastRow}, ` +
      `columns ${Math.floor(seen.left)} to ${lastColumn}.`;
  };
  const widget = parts.buildWidget(`annotation-${annotation}`, title, {
    ...{ ask, turn },
    choose: setMode,
    zoom: zoomByStep,
  });
  const { stage, canvas, status } = widget;
  mine.push(widget.root);
  const view = parts.imageView();
  const paint = parts.scenePainter(canvas);

  const draw = () => {
    if (!scene || !picture.complete) return;
    const { height, width, draft } = scene;
    const band = corner && {
      top: Math.min(corner.row, cursor.row),
      left: Math.min(corner.column, cursor.column),
      bottom: Math.max(corner.row, cursor.row),
      right: Math.max(corner.column, cursor.column),
    };
    paint({
      ...{ picture, height, width, objects, seen: view.seen },
      draft: { ...draft, box: band ?? draft.box },
      cursor: byKeyboard ? cursor : undefined,
    });
  };
  const zoomBy = (factor: number, { row, column }: Place) => {
    view.zoomBy(factor, row, column);
    widget.showZoom(view.zoom, view.most);
    draw();
  };

  const round = (value: number) => Math.round(value * 100) / 100;
  const addPoint = (negative: boolean) => {
    const point = {
      row: round(cursor.row),
      column: round(cursor.column),
      label: negative ? 'negative' : 'positive',
    };
    // Seen at once; the mask follows.
    scene!.draft = { ...scene!.draft, points: [...scene!.draft.points, point] };
    draw();
    ask({ do: 'point', ...point });
  };
  /** The first corner of a box, or with the second one the box. */
  const addCorner = () => {
    if (!corner) {
      corner = { ...cursor };
      status.textContent = 'First corner set; now the opposite one.';
      draw();
      return;
    }
    const [rows, columns] = [
      [corner.row, cursor.row],
      [corner.column, cursor.column],
    ].map((ends) => ends.map(Math.round).sort((a, b) => a - b));
    corner = undefined;
    ask({ do: 'box', top: rows[0], left: columns[0], bottom: rows[1], right: columns[1] });
    setMode('positive');
  };
  const objectAt = (row: number, column: number) => {
    const place = Math.round(row) * scene!.width + Math.round(column);
    return objects.findIndex(({ runs }) => {
      let at = 0;
      return runs.some((length, run) => (at += length) > place && at - length <= place && run % 2 === 1);
    });
  };
  const cancel = () => {
    if (corner) setMode('positive');
    else ask({ do: 'discard' });
  };
  const removeAtCursor = () => {
    const object = objectAt(cursor.row, cursor.column);
    if (object >= 0) ask({ do: 'remove', object });
    else status.textContent = 'There is no accepted object under the cursor.';
  };

  const within = ({ row, column }: Place): Place => ({
    row: Math.min(scene!.height - 1, Math.max(0, row)),
    column: Math.min(scene!.width - 1, Math.max(0, column)),
  });
  const moveBy = (rows: number, columns: number) => {
    byKeyboard = true;
    cursor = within({ row: Math.round(cursor.row) + rows, column: Math.round(cursor.column) + columns });
    view.reveal(cursor.row, cursor.column);
    const object = objectAt(cursor.row, cursor.column);
    const where = object < 0 ? '' : `, on object ${object + 1}`;
    status.textContent = `Row ${cursor.row}, column ${cursor.column}${where}`;
    draw();
  };
  parts.listenToPointer(stage, view, {
    isReady: () => scene !== undefined,
    moves: () => mode === 'move',
    press(at) {
      byKeyboard = false;
      cursor = within(at);
      draw();
    },
    drag(from, at) {
      corner ??= within(from);
      cursor = within(at);
      draw();
    },
    hover(at) {
      if (!corner || byKeyboard) return;
      cursor = within(at);
      draw();
    },
    release({ button, shiftKey, altKey }) {
      if (corner || (mode === 'box' && button === 0)) addCorner();
      else addPoint(mode === 'negative' || button === 2 || shiftKey || altKey);
    },
    cancel() {
      corner = undefined;
      draw();
    },
    zoom: zoomBy,
    moved: draw,
  });

  /** What the keyboard does at the cursor is seen, also where the picture was moved away from it. */
  const atCursor = (work: () => void) => () => {
    byKeyboard = true;
    view.reveal(cursor.row, cursor.column);
    work();
  };
  const actions: Record<string, (far: number) => void> = {
    ArrowLeft: (far) => moveBy(0, -far),
    ArrowRight: (far) => moveBy(0, far),
    ArrowUp: (far) => moveBy(-far, 0),
    ArrowDown: (far) => moveBy(far, 0),
    Enter: atCursor(() => (corner || mode === 'box' ? addCorner() : addPoint(mode === 'negative'))),
    n: atCursor(() => addPoint(true)),
    b: atCursor(addCorner),
    a: () => ask({ do: 'accept' }),
    u: () => ask({ do: 'undo' }),
    Escape: cancel,
    Delete: atCursor(removeAtCursor),
    Backspace: atCursor(removeAtCursor),
    PageUp: () => turn(-1),
    PageDown: () => turn(1),
    '+': () => zoomByStep(1),
    '-': () => zoomByStep(-1),
    0: () => zoomByStep(0),
  };
  actions[' '] = actions.Enter;
  actions['='] = actions['+'];
  stage.addEventListener('keydown', (event) => {
    if (!scene) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const command = event.ctrlKey || event.metaKey || event.altKey;
    const undone = command && !event.altKey && key === 'z';
    const chosen = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
    const action = undone
      ? actions.u
      : chosen >= 0 && chosen < scene.classes.length
        ? () => ask({ do: 'choose', label: chosen })
        : Object.hasOwn(actions, key)
          ? actions[key]
          : undefined;
    if (!action || (command && !undone)) return;
    event.preventDefault();
    event.stopPropagation();
    action(event.shiftKey ? 10 : 1);
    draw();
  });

  const show = async (message: SceneMessage, waiting: number) => {
    if (waiting > 0 && scene?.image === message.image) {
      // A prompt that was set meanwhile stays to be seen.
      message.draft.points =
        scene.draft.points.length > message.draft.points.length ? scene.draft.points : message.draft.points;
    }
    const isNew = scene?.image !== message.image;
    scene = message;
    objects = message.objects ?? objects;
    if (message.picture) {
      picture.src = message.picture;
      await picture.decode();
    }
    if (isNew) {
      view.reset(message.height, message.width);
      widget.showZoom(view.zoom, view.most);
      cursor = { row: Math.floor(message.height / 2), column: Math.floor(message.width / 2) };
    }
    widget.showScene(message, message.objects);
    if (!widget.root.isConnected) figure.replaceChildren(widget.root);
    draw();
    if (waiting > 0) return;
    clearTimeout(impatience);
    stage.removeAttribute('aria-busy');
    const took = Math.round(performance.now() - askedAt);
    status.textContent = message.said + (askedAt > 0 ? ` (${took} ms)` : '');
    askedAt = 0;
  };
  const channel = parts.kernelChannel(
    settings,
    (message, waiting) => void show(message as SceneMessage, waiting),
    (why) => {
      clearTimeout(impatience);
      stage.removeAttribute('aria-busy');
      status.textContent =
        why === 'closed'
          ? 'The kernel no longer knows this annotation: run its cell again.'
          : 'The kernel cannot be reached; your next click tries again.';
    },
  );

  // A button that is disabled, or moved into a new output, must not take the focus with it.
  let focused: HTMLElement | undefined;
  widget.root.addEventListener('focusin', (event) => (focused = event.target as HTMLElement));
  widget.root.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && !widget.root.contains(event.relatedTarget))
      focused = undefined;
  });
  widget.root.addEventListener('moved', () => {
    draw();
    focused?.focus({ preventScroll: true });
  });
  new ResizeObserver(draw).observe(stage);
  setMode('positive');
  channel?.open();
}
