import type { ImageView } from './page-view';

export interface Place {
  row: number;
  column: number;
}

/** What happens on the stage, at which pixel of the image; fractions of pixels count. */
export interface PointerHandlers {
  /** Whether there is an image. */
  isReady(): boolean;
  /** Whether the first button moves the picture. */
  moves(): boolean;
  press(at: Place): void;
  /** With the first button held down since `from`. */
  drag(from: Place, at: Place): void;
  /** With no button held down. */
  hover(at: Place): void;
  release(event: PointerEvent): void;
  cancel(): void;
  zoom(factor: number, at: Place): void;
  /** The view has moved. */
  moved(): void;
}

/**
 * Listens to mouse, pen and finger: presses and drags, the wheel, and drags that move the picture.
 *
 * Runs in the page, not here; see `annotationPage`.
 */
export function listenToPointer(stage: HTMLElement, view: ImageView, on: PointerHandlers): void {
  /** What is farther is a drag, no click. */
  const DRAG_PIXELS = 5;
  const LINE_PIXELS = 16;
  /** Of a wheel's notch; a step of zoom. */
  const NOTCH = 120;
  const STEP = 1.5;
  const placeOf = ({ clientX, clientY }: MouseEvent): Place => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    const { seen } = view;
    // Pixels have their middles at whole numbers.
    return {
      row: seen.top + ((clientY - top) / height) * seen.rows - 0.5,
      column: seen.left + ((clientX - left) / width) * seen.columns - 0.5,
    };
  };
  /** Moves the picture by a way on the screen. */
  const moveView = (down: number, right: number) => {
    const { width, height } = stage.getBoundingClientRect();
    view.moveBy((-down / height) * view.seen.rows, (-right / width) * view.seen.columns);
    on.moved();
  };

  let pressed: { x: number; y: number; at: Place; moves: boolean } | undefined;
  stage.addEventListener('mousedown', (event) => {
    // The middle button would begin to scroll.
    if (event.button === 1) event.preventDefault();
  });
  stage.addEventListener('pointerdown', (event) => {
    if (!on.isReady()) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y, button } = event;
    const at = placeOf(event);
    pressed = { x, y, at, moves: button === 1 || (button === 0 && on.moves()) };
    if (!pressed.moves) on.press(at);
  });
  stage.addEventListener('pointermove', (event) => {
    if (!on.isReady()) return;
    const { clientX: x, clientY: y, buttons } = event;
    if (!pressed) on.hover(placeOf(event));
    else if (pressed.moves) {
      moveView(y - pressed.y, x - pressed.x);
      pressed = { ...pressed, x, y };
    } else if (buttons === 1 && Math.hypot(x - pressed.x, y - pressed.y) > DRAG_PIXELS) {
      on.drag(pressed.at, placeOf(event));
    }
  });
  stage.addEventListener('pointerup', (event) => {
    const released = pressed;
    pressed = undefined;
    if (released && !released.moves) on.release(event);
  });
  stage.addEventListener('pointercancel', () => {
    pressed = undefined;
    on.cancel();
  });
  stage.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    event.stopPropagation();
  });
  stage.addEventListener(
    'wheel',
    (event) => {
      const command = event.ctrlKey || event.metaKey;
      // Who scrolls through the notebook goes past the picture.
      if (!on.isReady() || !(command || document.activeElement === stage)) return;
      const before = view.seen;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PIXELS;
      const [down, right] = [event.deltaY * unit, event.deltaX * unit];
      if (event.shiftKey || Math.abs(right) > Math.abs(down)) moveView(0, -(right || down));
      else on.zoom(STEP ** (-Math.min(Math.max(down, -NOTCH), NOTCH) / NOTCH), placeOf(event));
      const { seen } = view;
      const changed = seen.rows !== before.rows || seen.left !== before.left;
      // With Ctrl, the browser would zoom the page.
      if (!changed && !command) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { passive: false },
  );
}
