import { chartBundle, type ChartSpec } from '../../lib/display/chart';

/** A chart as a picture within a page. */
export async function chartFigure(spec: ChartSpec): Promise<string> {
  const { data } = await chartBundle(spec);
  return `<figure>${String(data['image/svg+xml'])}</figure>`;
}
