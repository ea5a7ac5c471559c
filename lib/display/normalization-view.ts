/** One way to normalise, and how its values are drawn. */
export interface NormalizationPane {
  name: string;
  /** Normalised = value · gain + offset: one pair for each slice, or one for all. */
  maps: readonly (readonly [gain: number, offset: number])[];
  /** The normalised values that are drawn black and white. */
  grey: readonly [black: number, white: number];
  /** The normalised values at both ends of the histogram. */
  axis: readonly [first: number, last: number];
  /** Decimals of its numbers. */
  decimals: number;
}

/** A volume, reduced to what a page needs to normalise it slice by slice. */
export interface NormalizationData {
  panes: readonly NormalizationPane[];
  /** The value of each byte of a picture. */
  levels: readonly number[];
  /** Of each slice: lowest, highest, mean and standard deviation. */
  statistics: readonly (readonly [number, number, number, number])[];
  /** Of each slice: how many pixels fall into each bin. */
  histograms: readonly (readonly number[])[];
  /** From the lowest value of the volume on. */
  bins: { low: number; width: number };
  /** Most pixels in any bin of any slice. */
  most: number;
  /** A value that is followed through all normalisations. */
  reference?: number;
}

/** What one pane shows of one slice. */
export interface PaneView {
  /** Brightness of each byte of the picture, 0 … 255. */
  greys: number[];
  /** The histogram, an SVG path in a box of 200 × 56. */
  path: string;
  /** Where the reference lies in this box. */
  reference?: number;
  /** Lowest, highest, mean, standard deviation and reference, normalised. */
  numbers: string[];
}

/**
 * What all panes show of a slice. Runs here, for the still picture, and in the page, to which its source text is sent: it
 * uses nothing from outside itself.
 *
 * Every normalisation maps values by value · gain + offset, so a picture is a table of 256 greys, and a histogram is the
 * same bars on another axis.
 */
export function normalizationView(data: NormalizationData, slice: number): PaneView[] {
  const { panes, levels, statistics, histograms, bins, most, reference } = data;
  const counts = histograms[slice];
  const [lowest, highest, mean, deviation] = statistics[slice];
  return panes.map(({ maps, grey, axis, decimals }) => {
    const [gain, offset] = maps[maps.length === 1 ? 0 : slice];
    const normalized = (value: number) => value * gain + offset;
    const number = (value: number) => value.toFixed(decimals).replace('-', '−');
    const x = (value: number) =>
      Math.round((2000 * (normalized(value) - axis[0])) / (axis[1] - axis[0])) / 10;
    let path = `M${x(bins.low)} 56`;
    counts.forEach((count, bin) => {
      // Square roots: beside all the air, an organ would be a line on the axis.
      const top = Math.round(560 - 540 * Math.sqrt(count / most)) / 10;
      path += `V${top}H${x(bins.low + (bin + 1) * bins.width)}`;
    });
    const black = grey[0];
    const perGrey = 255 / (grey[1] - black);
    return {
      greys: levels.map((level) =>
        Math.round(Math.min(255, Math.max(0, (normalized(level) - black) * perGrey))),
      ),
      path: `${path}V56Z`,
      reference: reference === undefined ? undefined : x(reference),
      numbers: [
        number(normalized(lowest)),
        number(normalized(highest)),
        number(normalized(mean)),
        number(deviation * gain),
        ...(reference === undefined ? [] : [number(normalized(reference))]),
      ],
    };
  });
}
