import type { ChannelSettings, kernelChannel } from './page-channel';
import type { PaintedScene, paintScene } from './page-paint';
import type { SceneMessage } from './views';

export interface PageSettings extends ChannelSettings {
  title: string;
}

/**
 * Puts the widget in the place of its still picture, as soon as the kernel answers. Runs in the page, not here: its source
 * text is written into the output, so it uses nothing from outside itself but the two functions that it is given.
 */
export function annotationPage(
  figure: HTMLElement,
  settings: PageSettings,
  connect: typeof kernelChannel,
  paint: typeof paintScene,
): void {
  const { annotation, title } = settings;
  // When the still picture is replaced, the script runs again: the widget that is there moves into the new output.
  const page = window as unknown as { segcourseAnnotations?: Map<string, HTMLElement[]> };
  const widgets = (page.segcourseAnnotations ??= new Map());
  const mine = widgets.get(annotation) ?? [];
  widgets.set(annotation, mine);
  const orphan = mine.find((widget: HTMLElement) => !widget.isConnected);
  if (orphan) {
    figure.replaceChildren(orphan);
    orphan.dispatchEvent(new Event('moved'));
    return;
  }

  const make = <Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    style: string,
    ...children: (Node | string)[]
  ) => {
    const made = document.createElement(name);
    made.style.cssText = style;
    made.append(...children);
    return made;
  };
  /** JupyterLab would take the keys for itself; the attribute counts on the very element that has the focus. */
  const keepingKeys = <T extends HTMLElement>(control: T): T => {
    control.dataset.lmSuppressShortcuts = 'true';
    return control;
  };
  const button = (text: string, name: string, onClick: () => void) => {
    const made = keepingKeys(
      make(
        'button',
        'font:inherit;color:inherit;background:transparent;border:1px solid #767676;border-radius:4px;' +
          'min-width:32px;min-height:30px;padding:2px 10px;cursor:pointer',
        text,
      ),
    );
    made.type = 'button';
    if (name !== text) made.setAttribute('aria-label', name);
    made.addEventListener('click', onClick);
    return made;
  };
  const group = (name: string, ...children: HTMLElement[]) => {
    const made = make('div', 'display:flex;flex-wrap:wrap;gap:4px;align-items:center', ...children);
    made.setAttribute('role', 'group');
    made.setAttribute('aria-label', name);
    return made;
  };

  let scene: SceneMessage | undefined;
  let objects: NonNullable<SceneMessage['objects']> = [];
  let mode: 'positive' | 'negative' | 'box' = 'positive';
  let cursor = { row: 0, column: 0 };
  let byKeyboard = false;
  /** The first corner of a box that is being drawn. */
  let corner: { row: number; column: number } | undefined;
  let askedAt = 0;
  let impatience: ReturnType<typeof setTimeout> | undefined;
  const picture = new Image();

  const canvas = make('canvas', 'display:block;width:100%;height:100%');
  const stage = keepingKeys(
    make('div', 'max-width:calc(100% - 12px);margin:6px;cursor:crosshair;touch-action:none', canvas),
  );
  stage.tabIndex = 0;
  stage.setAttribute('role', 'application');
  const status = make('div', 'min-height:1.4em;margin:6px 0');
  status.setAttribute('role', 'status');
  const list = make(
    'ul',
    'display:flex;flex-wrap:wrap;gap:4px;margin:6px 0;padding:0;list-style:none;max-height:8em;overflow:auto',
  );
  list.setAttribute('aria-label', 'Accepted objects');

  const modes = (['positive', 'negative', 'box'] as const).map((each) =>
    button({ positive: '+ Object', negative: '− Background', box: '▭ Box' }[each], each, () => setMode(each)),
  );
  const accept = button('Accept', 'Accept', () => ask({ do: 'accept' }));
  accept.style.fontWeight = '600';
  const undo = button('Undo', 'Undo', () => ask({ do: 'undo' }));
  const discard = button('Discard', 'Discard prompts', () => ask({ do: 'discard' }));
  const label = keepingKeys(make('select', 'font:inherit;min-height:30px'));
  label.setAttribute('aria-label', 'Class of the next object');
  label.addEventListener('change', () => ask({ do: 'choose', label: label.selectedIndex }));
  const before = button('‹', 'Image before', () => turn(-1));
  const after = button('›', 'Next image', () => turn(1));
  const place = make('span', 'min-width:8em;text-align:center');
  const images = group('Image', before, place, after);
  const tools = make(
    'div',
    'display:flex;flex-wrap:wrap;gap:6px 16px;margin:6px 0',
    group('What a click means', ...modes),
    group('Object in work', label, accept, undo, discard),
    images,
  );
  const keys = make('details', 'margin:6px 0', make('summary', 'cursor:pointer', 'Mouse and keys'));
  for (const [key, meaning] of [
    ['click', 'a point on the object; with the right button, Shift or Alt: a point on the background'],
    ['drag', 'a box around the object'],
    ['arrows', 'move the cursor by 1 pixel, with Shift by 10'],
    ['Enter, Space', 'a point at the cursor, or the other corner of a box'],
    ['N', 'a background point at the cursor'],
    ['B', 'a corner of a box at the cursor'],
    ['A', 'accept the object, begin the next'],
    ['U, Ctrl+Z', 'undo'],
    ['Escape', 'discard box or prompts'],
    ['Delete', 'delete the object under the cursor'],
    ['Page Up, Page Down', 'image before, next image'],
    ['1 … 9', 'class of the next object'],
  ]) {
    const row = make('div', '', make('b', 'display:inline-block;min-width:11em', key), meaning);
    keys.append(row);
  }
  const name = `annotation-${annotation}`;
  const focusRing = make(
    'style',
    '',
    `.${name} :focus-visible{outline:3px solid #56b4e9;outline-offset:1px;box-shadow:0 0 0 5px #000}` +
      `.${name} button[aria-pressed=true]{background:#0072b2!important;color:#fff!important}` +
      `.${name} button:disabled{opacity:.5;cursor:default}`,
  );
  const heading = make('div', 'font-weight:600;margin:4px 0', title);
  const widget = make('div', '', focusRing, heading, tools, stage, status, list, keys);
  widget.className = name;
  widget.setAttribute('role', 'group');
  widget.setAttribute('aria-label', title);
  mine.push(widget);

  const draw = () => {
    if (!scene || !picture.complete) return;
    const { height, width, draft } = scene;
    const band = corner && {
      top: Math.min(corner.row, cursor.row),
      left: Math.min(corner.column, cursor.column),
      bottom: Math.max(corner.row, cursor.row),
      right: Math.max(corner.column, cursor.column),
    };
    const painted: PaintedScene = {
      ...{ picture, height, width, objects },
      draft: { ...draft, box: band ?? draft.box },
      cursor: byKeyboard ? cursor : undefined,
    };
    paint(canvas, painted);
  };
  const setMode = (next: typeof mode) => {
    mode = next;
    corner = undefined;
    modes.forEach((each, index) => {
      each.setAttribute('aria-pressed', String(['positive', 'negative', 'box'][index] === mode));
    });
    draw();
  };

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

  const moveTo = (row: number, column: number) => {
    cursor = {
      row: Math.min(scene!.height - 1, Math.max(0, row)),
      column: Math.min(scene!.width - 1, Math.max(0, column)),
    };
  };
  const moveBy = (rows: number, columns: number) => {
    byKeyboard = true;
    moveTo(Math.round(cursor.row) + rows, Math.round(cursor.column) + columns);
    const object = objectAt(cursor.row, cursor.column);
    const where = object < 0 ? '' : `, on object ${object + 1}`;
    status.textContent = `Row ${cursor.row}, column ${cursor.column}${where}`;
    draw();
  };
  const moveToPointer = (event: PointerEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    moveTo(
      ((event.clientY - top) / height) * scene!.height - 0.5,
      ((event.clientX - left) / width) * scene!.width - 0.5,
    );
  };

  const DRAG_PIXELS = 5;
  let pressed: { x: number; y: number; at: typeof cursor } | undefined;
  stage.addEventListener('pointerdown', (event) => {
    if (!scene) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    byKeyboard = false;
    moveToPointer(event);
    pressed = { x: event.clientX, y: event.clientY, at: cursor };
    draw();
  });
  stage.addEventListener('pointermove', (event) => {
    if (!scene || (!pressed && !corner) || byKeyboard) return;
    if (
      pressed &&
      event.buttons === 1 &&
      Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > DRAG_PIXELS
    )
      corner ??= pressed.at;
    if (!corner) return;
    moveToPointer(event);
    draw();
  });
  stage.addEventListener('pointerup', (event) => {
    if (!scene || !pressed) return;
    pressed = undefined;
    if (corner || (mode === 'box' && event.button === 0)) addCorner();
    else addPoint(mode === 'negative' || event.button === 2 || event.shiftKey || event.altKey);
  });
  stage.addEventListener('pointercancel', () => {
    pressed = corner = undefined;
    draw();
  });
  stage.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    event.stopPropagation();
  });

  const actions: Record<string, (far: number) => void> = {
    ArrowLeft: (far) => moveBy(0, -far),
    ArrowRight: (far) => moveBy(0, far),
    ArrowUp: (far) => moveBy(-far, 0),
    ArrowDown: (far) => moveBy(far, 0),
    Enter: () => (corner || mode === 'box' ? addCorner() : addPoint(mode === 'negative')),
    n: () => addPoint(true),
    b: addCorner,
    a: () => ask({ do: 'accept' }),
    u: () => ask({ do: 'undo' }),
    Escape: cancel,
    Delete: removeAtCursor,
    Backspace: removeAtCursor,
    PageUp: () => turn(-1),
    PageDown: () => turn(1),
  };
  actions[' '] = actions.Enter;
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
    byKeyboard = true;
    action(event.shiftKey ? 10 : 1);
    draw();
  });

  const listObjects = () => {
    list.replaceChildren(
      ...objects.map(({ colour, label: what, pixels }, index) => {
        const swatch = make('span', `width:12px;height:12px;border:1px solid #767676;background:${colour}`);
        const remove = button('×', `Delete object ${index + 1}`, () => {
          stage.focus({ preventScroll: true });
          ask({ do: 'remove', object: index });
        });
        remove.style.cssText += ';min-width:26px;min-height:26px;padding:0;border:0';
        const text = `${scene!.classes.length > 0 ? `${what} ` : ''}${index + 1}: ${pixels} px`;
        return make(
          'li',
          'display:inline-flex;align-items:center;gap:6px;padding:0 2px 0 8px;border:1px solid #767676;border-radius:4px',
          swatch,
          text,
          remove,
        );
      }),
    );
  };

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
    const { height, width, name: called, image, images: count, classes, chosen, draft } = message;
    const scale = Math.max(1, Math.floor(512 / Math.max(height, width)));
    stage.style.width = `${width * scale}px`;
    stage.style.aspectRatio = `${width}/${height}`;
    stage.setAttribute(
      'aria-label',
      `${called}, ${height} × ${width} pixels: arrows move a cursor, Enter puts a point`,
    );
    if (isNew) moveTo(Math.floor(height / 2), Math.floor(width / 2));
    if (message.objects) listObjects();
    if (!widget.isConnected) figure.replaceChildren(widget);
    images.style.display = count > 1 ? 'flex' : 'none';
    place.textContent = `${called} (${image + 1} of ${count})`;
    before.disabled = image === 0;
    after.disabled = image === count - 1;
    if (label.length !== classes.length) label.replaceChildren(...classes.map((each) => new Option(each)));
    label.style.display = classes.length > 0 ? '' : 'none';
    label.selectedIndex = chosen;
    accept.disabled = !draft.answered;
    undo.disabled = !message.canUndo;
    discard.disabled = draft.points.length === 0 && !draft.box;
    draw();
    if (waiting > 0) return;
    clearTimeout(impatience);
    stage.removeAttribute('aria-busy');
    const took = Math.round(performance.now() - askedAt);
    status.textContent = message.said + (askedAt > 0 ? ` (${took} ms)` : '');
    askedAt = 0;
  };
  const channel = connect(
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
  widget.addEventListener('focusin', (event) => (focused = event.target as HTMLElement));
  widget.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && !widget.contains(event.relatedTarget)) focused = undefined;
  });
  widget.addEventListener('moved', () => {
    draw();
    focused?.focus({ preventScroll: true });
  });
  new ResizeObserver(draw).observe(stage);
  setMode('positive');
  channel?.open();
}
