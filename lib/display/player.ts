/** What a page needs to step through pictures that were all drawn before. */
export interface PlayerData {
  title: string;
  /** SVG, with its width as a share of the widest. */
  frames: { svg: string; share: number; caption: string }[];
  /** What the reader can change. The last axis varies fastest in `order`. */
  axes: { name: string; values: string[]; choice: 'slider' | 'menu' }[];
  /** The frame of every combination of the axes' values. */
  order: number[];
  /** Where to begin, one index an axis. */
  start: number[];
  /** Plays along the only axis, so many milliseconds a frame. */
  interval?: number;
}

/**
 * Brings a figure to life: puts controls in the place of the line that says that it is still. Runs in the page, not here:
 * its source text is written into the output, so it uses nothing from outside itself. A page that runs no scripts keeps
 * the still picture.
 */
export function player(figure: HTMLElement, data: PlayerData): void {
  const { title, frames, axes, order, interval } = data;
  const position = [...data.start];
  const stage = figure.querySelector('img')!.parentElement!;
  const caption = figure.querySelector('figcaption')!;
  const pictures = frames.map(({ svg, share, caption: words }) => {
    const picture = document.createElement('img');
    picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    picture.alt = [title, words].filter(Boolean).join(': ');
    picture.style.cssText = `display:block;margin:0;max-width:none;height:auto;width:${100 * share}%`;
    return picture;
  });

  const controls = document.createElement('div');
  controls.setAttribute('role', 'group');
  controls.setAttribute('aria-label', `${title}: controls`);
  controls.style.cssText = 'display:flex;flex-wrap:wrap;align-items:center;gap:8px 20px;margin-bottom:8px';
  caption.previousElementSibling!.replaceWith(controls);

  /** JupyterLab would take the arrow keys for itself; the attribute counts on the very element that has the focus. */
  const keepingKeys = <T extends HTMLElement>(control: T): T => {
    control.dataset.lmSuppressShortcuts = 'true';
    return control;
  };

  const updates: (() => void)[] = [];
  const show = () => {
    const combination = axes.reduce((at, { values }, axis) => at * values.length + position[axis], 0);
    const frame = order[combination];
    stage.replaceChildren(pictures[frame]);
    caption.textContent = frames[frame].caption;
    for (const update of updates) update();
  };
  const move = (axis: number, to: number) => {
    position[axis] = Math.min(axes[axis].values.length - 1, Math.max(0, to));
    show();
  };

  const button = (text: string, name: string, onClick: () => void) => {
    const made = keepingKeys(document.createElement('button'));
    made.type = 'button';
    made.textContent = text;
    made.setAttribute('aria-label', name);
    made.style.cssText =
      'font:inherit;color:inherit;background:transparent;border:1px solid #767676;border-radius:4px;' +
      'min-width:36px;min-height:28px;padding:2px 10px;cursor:pointer';
    made.addEventListener('click', onClick);
    return made;
  };
  const labelled = (name: string, ...elements: HTMLElement[]) => {
    const label = document.createElement('label');
    label.style.cssText = 'display:inline-flex;align-items:center;gap:8px';
    label.append(name, ...elements);
    return label;
  };
  const menu = (values: string[], chosen: number, onChange: (index: number) => void) => {
    const select = keepingKeys(document.createElement('select'));
    values.forEach((value, index) => select.append(new Option(value, String(index))));
    select.selectedIndex = chosen;
    select.style.cssText = 'font:inherit;min-height:28px';
    select.addEventListener('change', () => onChange(select.selectedIndex));
    return select;
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const last = axes[0].values.length - 1;
  let speed = 1;
  const schedule = () => {
    timer = setTimeout(() => {
      timer = undefined;
      // A cell that scrolled far away is taken out of the page.
      if (!figure.isConnected) return;
      if (position[0] + 1 < last) schedule();
      move(0, position[0] + 1);
    }, interval! / speed);
  };
  const toggle = () => {
    if (timer !== undefined) {
      stop();
      show();
      return;
    }
    if (position[0] >= last) position[0] = 0;
    schedule();
    show();
  };
  const step = (by: number) => {
    stop();
    move(0, position[0] + by);
  };

  if (interval !== undefined) {
    const play = button('Play', 'Play', toggle);
    play.style.minWidth = '76px';
    updates.push(() => {
      play.textContent = timer !== undefined ? 'Pause' : position[0] >= last ? 'Again' : 'Play';
      play.setAttribute('aria-label', play.textContent);
      // Read aloud step by step, but not while it plays.
      caption.setAttribute('aria-live', timer === undefined ? 'polite' : 'off');
    });
    const buttons = document.createElement('span');
    buttons.style.cssText = 'display:inline-flex;gap:6px';
    buttons.append(
      play,
      button('‹', 'Step back', () => step(-1)),
      button('›', 'Step forward', () => step(1)),
    );
    controls.append(buttons);
    controls.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by === undefined || !(event.target instanceof HTMLButtonElement)) return;
      event.preventDefault();
      step(by);
    });
  } else caption.setAttribute('aria-live', 'polite');

  axes.forEach(({ name, values, choice }, axis) => {
    const shown = document.createElement('output');
    shown.style.cssText = 'min-width:4ch;font-variant-numeric:tabular-nums';
    if (choice === 'menu') {
      controls.append(
        labelled(
          name,
          menu(values, position[axis], (index) => move(axis, index)),
        ),
      );
      return;
    }
    const slider = keepingKeys(document.createElement('input'));
    slider.type = 'range';
    slider.max = String(values.length - 1);
    slider.style.cssText = `width:${Math.min(240, 60 + 12 * values.length)}px;margin:0`;
    slider.addEventListener('input', () => {
      stop();
      move(axis, slider.valueAsNumber);
    });
    updates.push(() => {
      slider.value = String(position[axis]);
      slider.setAttribute('aria-valuetext', values[position[axis]]);
      shown.textContent = values[position[axis]];
    });
    controls.append(labelled(name, slider, shown));
  });

  if (interval !== undefined) {
    const speeds = [0.5, 1, 2, 4];
    const choose = menu(
      speeds.map((factor) => `${factor} ×`),
      1,
      (index) => (speed = speeds[index]),
    );
    controls.append(labelled('speed', choose));
  }
  show();
}
