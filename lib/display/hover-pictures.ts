/** What a page needs to show the picture behind each point of a chart. */
export interface HoverData {
  title: string;
  /** The chart as Vega draws it; the mark of point i in panel p has the description "p:i …". */
  svg: string;
  /** Of each point, the same in every panel. */
  pictures: string[];
  labels: string[];
}

/**
 * Brings a chart of pictures to life: the picture of the point under the pointer, or chosen by the arrow keys, beside it; the
 * same point marked in every panel; other classes faded. Runs in the page, not here: its source text is written into the
 * output, so it uses nothing from outside itself. A page that runs no scripts keeps the still chart.
 */
export function hoverPictures(figure: HTMLElement, { title, svg, pictures, labels }: HoverData): void {
  const still = figure.querySelector('img')!;
  const caption = figure.querySelector('figcaption')!;
  const chart = new DOMParser().parseFromString(svg, 'image/svg+xml')
    .documentElement as unknown as SVGElement;
  chart.setAttribute('style', 'display:block;max-width:100%;height:auto');
  const stage = document.createElement('div');
  stage.style.cssText = 'position:relative;display:inline-block;max-width:100%';
  stage.tabIndex = 0;
  stage.setAttribute('role', 'group');
  stage.setAttribute('aria-label', `${title}: the arrow keys step through the points`);
  // JupyterLab would take the arrow keys for itself.
  stage.dataset.lmSuppressShortcuts = 'true';
  const card = document.createElement('div');
  card.style.cssText =
    'position:absolute;z-index:1;pointer-events:none;display:none;padding:6px;background:#fff;color:#222;' +
    'border:1px solid #767676;border-radius:6px;box-shadow:0 2px 8px #0004;font:13px/1.4 system-ui,sans-serif';
  const picture = document.createElement('img');
  picture.style.cssText = 'display:block;width:128px;height:128px;margin:0;object-fit:contain';
  const words = document.createElement('div');
  card.append(picture, words);
  stage.append(chart, card);
  still.replaceWith(stage);

  interface Mark {
    element: SVGElement;
    point: number;
  }
  const marks: Mark[] = [];
  chart.querySelectorAll<SVGElement>('path[aria-label]').forEach((element) => {
    const match = /^\d+:(\d+) /.exec(element.getAttribute('aria-label')!);
    if (match) marks.push({ element, point: Number(match[1]) - 1 });
  });
  const show = (chosen: Mark | undefined) => {
    for (const { element, point } of marks) {
      const isChosen = chosen !== undefined && point === chosen.point;
      const fades = chosen !== undefined && labels[point] !== labels[chosen.point];
      element.style.opacity = fades ? '0.15' : '1';
      element.style.stroke = isChosen ? '#000' : '';
      element.style.strokeWidth = isChosen ? '3px' : '';
    }
    card.style.display = chosen ? 'block' : 'none';
    if (!chosen) return;
    const { point, element } = chosen;
    picture.src = pictures[point];
    picture.alt = labels[point];
    words.textContent = labels[point];
    caption.textContent = `Picture ${point + 1} of ${labels.length}: ${labels[point]}`;
    const [frame, spot] = [stage.getBoundingClientRect(), element.getBoundingClientRect()];
    const [width, height] = [card.offsetWidth, card.offsetHeight];
    const x = spot.right - frame.left + 8;
    const left = x + width <= frame.width ? x : spot.left - frame.left - width - 8;
    const top = Math.min(spot.top - frame.top, frame.height - height);
    card.style.left = `${Math.max(0, left)}px`;
    card.style.top = `${Math.max(0, top)}px`;
  };
  for (const mark of marks) {
    mark.element.addEventListener('pointerenter', () => show(mark));
    mark.element.addEventListener('pointerleave', () => show(undefined));
  }
  let position = -1;
  caption.setAttribute('aria-live', 'polite');
  stage.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') show(undefined);
    if (by === undefined) return;
    event.preventDefault();
    position = (position + by + marks.length) % marks.length;
    show(marks[position]);
  });
  stage.addEventListener('blur', () => show(undefined));
  caption.textContent = 'Point at a mark, or focus the chart and use the arrow keys, to see its picture.';
}
