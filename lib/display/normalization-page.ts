import type { NormalizationData, normalizationView, PaneView } from './normalization-view';

/** What the page needs, with the pictures. */
export interface NormalizationPageData extends NormalizationData {
  /** Slices below one another, lossless WebP in base64. */
  sheets: string[];
  slicesPerSheet: number;
  height: number;
  width: number;
  start: number;
  /** What stands below the title for each slice. */
  captions: string[];
}

/**
 * Brings the still figure to life: a slider in the place of the line that says that it is still, canvases in the place of
 * its pictures. Runs in the page, not here: its source text is written into the output, so it uses nothing from outside
 * itself. A page that runs no scripts keeps the still pictures.
 *
 * The pictures are decoded once; after that a slice is five tables of 256 greys and as many canvases.
 */
export function normalizationPage(
  figure: HTMLElement,
  data: NormalizationPageData,
  view: typeof normalizationView,
): void {
  const { sheets, slicesPerSheet, height, width, panes, captions } = data;
  const last = captions.length - 1;
  const area = height * width;
  let slice = data.start;

  const canvases = Array.from(figure.querySelectorAll('img')).map((still, pane) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    canvas.style.cssText = still.style.cssText;
    canvas.setAttribute('role', 'img');
    const context = canvas.getContext('2d')!;
    const picture = context.createImageData(width, height);
    const pixels = new Uint32Array(picture.data.buffer);
    return { still, canvas, context, picture, pixels, name: panes[pane].name };
  });
  const paths = figure.querySelectorAll<SVGPathElement>('[data-part="bars"]');
  const lines = figure.querySelectorAll<SVGLineElement>('[data-part="reference"]');
  const rows = Array.from(figure.querySelectorAll('tbody tr')).map((row) => row.querySelectorAll('td'));
  const caption = figure.querySelector('figcaption')!;

  /** The bytes of each sheet, once they are decoded. */
  const decoded: (Uint8Array | undefined)[] = sheets.map(() => undefined);
  const decode = async (sheet: number) => {
    if (decoded[sheet]) return;
    const image = new Image();
    image.src = `data:image/webp;base64,${sheets[sheet]}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(image, 0, 0);
    const rgba = context.getImageData(0, 0, canvas.width, canvas.height).data;
    decoded[sheet] = Uint8Array.from({ length: rgba.length / 4 }, (_, at) => rgba[4 * at]);
    sheets[sheet] = '';
  };

  const drawPictures = (views: PaneView[]) => {
    const bytes = decoded[Math.floor(slice / slicesPerSheet)];
    if (!bytes) return;
    const from = (slice % slicesPerSheet) * area;
    canvases.forEach(({ still, canvas, context, picture, pixels, name }, pane) => {
      const table = Uint32Array.from(views[pane].greys, (grey) => 0xff000000 | (grey * 0x010101));
      for (let at = 0; at < area; at++) pixels[at] = table[bytes[from + at]];
      context.putImageData(picture, 0, 0);
      canvas.setAttribute('aria-label', `${name}: ${captions[slice]}`);
      if (still.isConnected) still.replaceWith(canvas);
    });
  };
  const draw = () => {
    const views = view(data, slice);
    drawPictures(views);
    views.forEach(({ path, reference, numbers }, pane) => {
      paths[pane].setAttribute('d', path);
      if (reference !== undefined) {
        lines[pane].setAttribute('x1', String(reference));
        lines[pane].setAttribute('x2', String(reference));
      }
      numbers.forEach((number, column) => (rows[pane][column].textContent = number));
    });
    caption.textContent = captions[slice];
    slider.setAttribute('aria-valuetext', captions[slice]);
  };

  const slider = document.createElement('input');
  // JupyterLab would take the arrow keys for itself.
  slider.dataset.lmSuppressShortcuts = 'true';
  slider.type = 'range';
  slider.max = String(last);
  slider.value = String(slice);
  slider.style.cssText = 'flex:1;min-width:120px;max-width:640px;margin:0;min-height:28px';
  const label = document.createElement('label');
  label.style.cssText = 'display:flex;align-items:center;gap:12px;margin-bottom:4px';
  label.append('slice', slider);
  caption.previousElementSibling!.replaceWith(label);

  let drawn = true;
  slider.addEventListener('input', () => {
    slice = slider.valueAsNumber;
    // However many events come, a frame is drawn once.
    if (drawn) requestAnimationFrame(() => ((drawn = true), draw()));
    drawn = false;
  });
  void (async () => {
    const first = Math.floor(slice / slicesPerSheet);
    const order = sheets.map((_, sheet) => sheet).sort((a, b) => Math.abs(a - first) - Math.abs(b - first));
    for (const sheet of order) {
      await decode(sheet);
      if (sheet === Math.floor(slice / slicesPerSheet)) draw();
    }
  })();
}
