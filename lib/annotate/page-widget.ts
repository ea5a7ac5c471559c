import type { SceneMessage } from './views';

/** What a click on the picture does. */
export type Mode = 'positive' | 'negative' | 'box' | 'move';

/** What the controls ask for. */
export interface WidgetActions {
  /** A request to the kernel. */
  ask(request: object): void;
  choose(mode: Mode): void;
  /** To another image. */
  turn(by: number): void;
  /** Larger or smaller by a step; 0 shows the whole image. */
  zoom(step: number): void;
}

/** The widget's elements, as far as the page works with them. */
export interface Widget {
  root: HTMLElement;
  stage: HTMLElement;
  canvas: HTMLCanvasElement;
  /** A status that screen readers read. */
  status: HTMLElement;
  showMode(mode: Mode): void;
  showZoom(zoom: number, most: number): void;
  /** @param objects where they have changed */
  showScene(scene: SceneMessage, objects?: NonNullable<SceneMessage['objects']>): void;
}

/**
 * Builds the widget.
 *
 * Runs in the page, not here; see `annotationPage`.
 *
 * @param name a class of its own for its style sheet
 */
export function buildWidget(name: string, title: string, actions: WidgetActions): Widget {
  /** CSS pixels of the stage's longer side: small images are enlarged, and tall ones leave room for the controls. */
  const LONGER = 512;
  const HIGHEST = 640;
  const make = <Name extends keyof HTMLElementTagNameMap>(
    tag: Name,
    style: string,
    ...children: (Node | string)[]
  ) => {
    const made = document.createElement(tag);
    made.style.cssText = style;
    made.append(...children);
    return made;
  };
  /** JupyterLab would take the keys for itself; the attribute counts on the very element that has the focus. */
  const keepingKeys = <T extends HTMLElement>(control: T): T => {
    control.dataset.lmSuppressShortcuts = 'true';
    return control;
  };
  const button = (text: string, label: string, onClick: () => void) => {
    const made = keepingKeys(
      make(
        'button',
        'font:inherit;color:inherit;background:transparent;border:1px solid #767676;border-radius:4px;' +
          'min-width:32px;min-height:30px;padding:2px 10px;cursor:pointer',
        text,
      ),
    );
    made.type = 'button';
    if (label !== text) made.setAttribute('aria-label', label);
    made.addEventListener('click', onClick);
    return made;
  };
  const group = (label: string, ...children: HTMLElement[]) => {
    const made = make('div', 'display:flex;flex-wrap:wrap;gap:4px;align-items:center', ...children);
    made.setAttribute('role', 'group');
    made.setAttribute('aria-label', label);
    return made;
  };

  const canvas = make('canvas', 'display:block;width:100%;height:100%');
  const stage = keepingKeys(make('div', 'max-width:calc(100% - 12px);margin:6px;touch-action:none', canvas));
  stage.tabIndex = 0;
  stage.setAttribute('role', 'application');
  const status = make('div', 'min-height:1.4em;margin:6px 0');
  status.setAttribute('role', 'status');
  const list = make(
    'ul',
    'display:flex;flex-wrap:wrap;gap:4px;margin:6px 0;padding:0;list-style:none;max-height:8em;overflow:auto',
  );
  list.setAttribute('aria-label', 'Accepted objects');

  const MODES: [Mode, string][] = [
    ['positive', '+ Object'],
    ['negative', '− Background'],
    ['box', '▭ Box'],
    ['move', '✥ Move'],
  ];
  const modes = MODES.map(([mode, text]) => button(text, text, () => actions.choose(mode)));
  const accept = button('Accept', 'Accept', () => actions.ask({ do: 'accept' }));
  accept.style.fontWeight = '600';
  const undo = button('Undo', 'Undo', () => actions.ask({ do: 'undo' }));
  const discard = button('Discard', 'Discard prompts', () => actions.ask({ do: 'discard' }));
  const label = keepingKeys(make('select', 'font:inherit;min-height:30px'));
  label.setAttribute('aria-label', 'Class of the next object');
  label.addEventListener('change', () => actions.ask({ do: 'choose', label: label.selectedIndex }));
  const before = button('‹', 'Image before', () => actions.turn(-1));
  const after = button('›', 'Next image', () => actions.turn(1));
  const place = make('span', 'min-width:8em;text-align:center');
  const images = group('Image', before, place, after);
  const smaller = button('−', 'Zoom out', () => actions.zoom(-1));
  const larger = button('+', 'Zoom in', () => actions.zoom(1));
  const whole = button('100 %', '100 %: show the whole image', () => actions.zoom(0));
  whole.style.minWidth = '5em';
  const tools = make(
    'div',
    'display:flex;flex-wrap:wrap;gap:6px 16px;margin:6px 0',
    group('What a click means', ...modes),
    group('Object in work', label, accept, undo, discard),
    group('Zoom', smaller, whole, larger),
    images,
  );
  const keys = make('details', 'margin:6px 0', make('summary', 'cursor:pointer', 'Mouse and keys'));
  for (const [key, meaning] of [
    ['click', 'a point on the object; with the right button, Shift or Alt: a point on the background'],
    ['drag', 'a box around the object; with the middle button, or after “Move”: moves the picture'],
    ['wheel', 'zoom, with Ctrl or once the picture was clicked; with Shift: sideways'],
    ['arrows', 'move the cursor by 1 pixel, with Shift by 10; the picture follows'],
    ['Enter, Space', 'a point at the cursor, or the other corner of a box'],
    ['N', 'a background point at the cursor'],
    ['B', 'a corner of a box at the cursor'],
    ['A', 'accept the object, begin the next'],
    ['U, Ctrl+Z', 'undo'],
    ['Escape', 'discard box or prompts'],
    ['Delete', 'delete the object under the cursor'],
    ['+, −, 0', 'zoom in, zoom out, the whole image'],
    ['Page Up, Page Down', 'image before, next image'],
    ['1 … 9', 'class of the next object'],
  ]) {
    keys.append(make('div', '', make('b', 'display:inline-block;min-width:11em', key), meaning));
  }
  const style = make(
    'style',
    '',
    `.${name} :focus-visible{outline:3px solid #56b4e9;outline-offset:1px;box-shadow:0 0 0 5px #000}` +
      `.${name} button[aria-pressed=true]{background:#0072b2!important;color:#fff!important}` +
      `.${name} button:disabled{opacity:.5;cursor:default}`,
  );
  const heading = make('div', 'font-weight:600;margin:4px 0', title);
  const root = make('div', '', style, heading, tools, stage, status, list, keys);
  root.className = name;
  root.setAttribute('role', 'group');
  root.setAttribute('aria-label', title);

  const item = (
    { colour, label: what, pixels }: NonNullable<SceneMessage['objects']>[number],
    index: number,
    hasClasses: boolean,
  ) => {
    const swatch = make('span', `width:12px;height:12px;border:1px solid #767676;background:${colour}`);
    const remove = button('×', `Delete object ${index + 1}`, () => {
      stage.focus({ preventScroll: true });
      actions.ask({ do: 'remove', object: index });
    });
    remove.style.cssText += ';min-width:26px;min-height:26px;padding:0;border:0';
    return make(
      'li',
      'display:inline-flex;align-items:center;gap:6px;padding:0 2px 0 8px;border:1px solid #767676;border-radius:4px',
      ...[swatch, `${hasClasses ? `${what} ` : ''}${index + 1}: ${pixels} px`, remove],
    );
  };

  return {
    ...{ root, stage, canvas, status },
    showMode(mode) {
      modes.forEach((each, index) => each.setAttribute('aria-pressed', String(MODES[index][0] === mode)));
      stage.style.cursor = mode === 'move' ? 'grab' : 'crosshair';
    },
    showZoom(zoom, most) {
      whole.textContent = `${Math.round(100 * zoom)} %`;
      whole.setAttribute('aria-label', `${whole.textContent}: show the whole image`);
      smaller.disabled = whole.disabled = zoom <= 1;
      larger.disabled = zoom >= most;
    },
    showScene(scene, objects) {
      const { height, width, name: called, image, images: count, classes, chosen, draft } = scene;
      const enlarged = Math.max(1, Math.floor(LONGER / Math.max(height, width)));
      stage.style.width = `${Math.min(width * enlarged, Math.round((width * HIGHEST) / height))}px`;
      stage.style.aspectRatio = `${width}/${height}`;
      stage.setAttribute(
        'aria-label',
        `${called}, ${height} × ${width} pixels: arrows move a cursor, Enter puts a point`,
      );
      if (objects)
        list.replaceChildren(...objects.map((each, index) => item(each, index, classes.length > 0)));
      images.style.display = count > 1 ? 'flex' : 'none';
      place.textContent = `${called} (${image + 1} of ${count})`;
      before.disabled = image === 0;
      after.disabled = image === count - 1;
      if (label.length !== classes.length) label.replaceChildren(...classes.map((each) => new Option(each)));
      label.style.display = classes.length > 0 ? '' : 'none';
      label.selectedIndex = chosen;
      accept.disabled = !draft.answered;
      undo.disabled = !scene.canUndo;
      discard.disabled = draft.points.length === 0 && !draft.box;
    },
  };
}
