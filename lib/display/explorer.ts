import { displayable, type Displayable } from './bundle';
import { playerBundle, type Frame } from './frames';

/** What the reader can change: a name, and the values it can have. Numbers make a slider, words a menu. */
export type ExplorerControls = Readonly<Record<string, readonly (number | string)[]>>;

/** One value of each control. */
export type ExplorerValues<C extends ExplorerControls> = { [Name in keyof C]: C[Name][number] };

export interface ExplorerOptions<C extends ExplorerControls> {
  title: string;
  /** Values to begin with, also in viewers that run no scripts. Default: the first of each. */
  start?: Partial<ExplorerValues<C>>;
}

const MOST_PICTURES = 2000;

/**
 * A picture that follows sliders and menus. `draw` is called here for every combination of values, so that the figure needs
 * no kernel afterwards, in JupyterLab and in exported HTML; viewers without scripts show the first combination. As a cell's
 * last expression it draws itself.
 *
 * @throws Error for no controls, a control without values, a start that is no value of its control, and more than 2,000
 * combinations; while it is drawn, for a picture that is no SVG of a known size and for more than 24 MiB
 */
export function explorer<const C extends ExplorerControls>(
  controls: C,
  draw: (values: ExplorerValues<C>) => Frame,
  options: ExplorerOptions<C>,
): Displayable {
  const entries = Object.entries(controls);
  const combinations = entries.reduce((product, [, values]) => product * values.length, 1);
  const empty = entries.find(([, values]) => values.length === 0);
  if (entries.length === 0 || empty) {
    throw new Error(
      `explorer: got ${empty ? `no values for "${empty[0]}"` : 'no controls'}; expected lists such as { stride: [1, 2] }`,
    );
  }
  if (combinations > MOST_PICTURES) {
    throw new Error(
      `explorer: got ${combinations} combinations of ${entries.map(([name, values]) => `${values.length} × ${name}`).join(', ')}; ` +
        `expected at most ${MOST_PICTURES}, for each is drawn beforehand`,
    );
  }
  const start = entries.map(([name, values]) => startOf(name, values, options.start?.[name]));
  const frames = Array.from({ length: combinations }, (_, at) =>
    draw(valuesAt(entries, at) as ExplorerValues<C>),
  );
  const axes = entries.map(([name, values]) => ({
    name,
    values: values.map(String),
    choice: values.every((value) => typeof value === 'number') ? ('slider' as const) : ('menu' as const),
  }));
  return displayable({}, () => playerBundle('explorer', frames, { title: options.title, axes, start }));
}

function startOf(name: string, values: readonly unknown[], wanted: unknown): number {
  const index = wanted === undefined ? 0 : values.indexOf(wanted);
  if (index >= 0) return index;
  throw new Error(`explorer: got start ${String(wanted)} of "${name}"; expected one of ${values.join(', ')}`);
}

/** The last control varies fastest. */
function valuesAt(entries: [string, readonly (number | string)[]][], combination: number) {
  const values: Record<string, number | string> = {};
  for (const [name, choices] of [...entries].reverse()) {
    values[name] = choices[combination % choices.length];
    combination = Math.floor(combination / choices.length);
  }
  return values;
}
