import type { Grid, Pane } from './image-grid';
import { page } from './svg';
import { escapeText } from './text';

const GAP = 12;
const LINE = 18;
// Width of an average character of 13 px sans-serif text; only decides where a long title is cut.
const CHARACTER = 7;

/** The same grid as one SVG, for viewers that show no HTML: GitHub, nbviewer, paper. It has its own background. */
export function gridSvg(grid: Grid): string {
  const parts: string[] = [];
  let y = GAP;
  if (grid.title) {
    parts.push(textAt(GAP, y, grid.title, 'font-weight="600"'));
    y += LINE + 4;
  }
  const columnWidths = Array.from({ length: grid.columns }, (_, column) =>
    Math.max(0, ...grid.panes.filter((_, index) => index % grid.columns === column).map(columnWidth)),
  );
  for (let start = 0; start < grid.panes.length; start += grid.columns) {
    const row = grid.panes.slice(start, start + grid.columns);
    const head = row.some((pane) => pane.title) ? LINE : 0;
    const foot = row.some((pane) => pane.note) ? LINE : 0;
    const height = Math.max(...row.map((pane) => pane.height));
    let x = GAP;
    row.forEach((pane, column) => {
      parts.push(paneSvg(pane, x, y + head + height - pane.height, columnWidths[column] as number));
      x += (columnWidths[column] as number) + GAP;
    });
    y += head + height + foot + GAP;
  }
  let width = columnWidths.reduce((sum, column) => sum + column + GAP, GAP);
  let legendX = GAP;
  for (const { label, colour, contour } of grid.legend) {
    const fill = contour
      ? `fill="none" stroke="${colour}" stroke-width="3"`
      : `fill="${colour}" stroke="#767676"`;
    parts.push(`<rect x="${legendX + 1}" y="${y + 1}" width="12" height="12" ${fill}/>`);
    parts.push(textAt(legendX + 20, y, label));
    legendX += 44 + label.length * CHARACTER;
  }
  if (grid.legend.length) y += LINE + 4;
  width = Math.max(width, legendX);
  if (grid.colourBar) {
    const { low, high, uri } = grid.colourBar;
    const barX = GAP + low.length * CHARACTER + 8;
    parts.push(textAt(GAP, y, low), textAt(barX + 208, y, high));
    parts.push(
      `<image x="${barX}" y="${y + 1}" width="200" height="12" preserveAspectRatio="none" href="${uri}"/>`,
    );
    width = Math.max(width, barX + 220 + high.length * CHARACTER);
    y += LINE + 4;
  }
  if (grid.caption) {
    parts.push(textAt(GAP, y, grid.caption, 'fill="#444"'));
    width = Math.max(width, 2 * GAP + grid.caption.length * CHARACTER);
    y += LINE;
  }
  return page({ width, height: y + 4, summary: grid.alt }, ...parts);
}

function paneSvg(pane: Pane, x: number, y: number, room: number): string {
  const style = pane.pixelated ? ' style="image-rendering:pixelated"' : '';
  const title = pane.title ? textAt(x, y - LINE, cut(pane.title, room)) : '';
  const note = pane.note ? textAt(x, y + pane.height + 2, pane.note, 'fill="#444"') : '';
  return (
    `${title}<image x="${x}" y="${y}" width="${pane.width}" height="${pane.height}"${style} href="${pane.uri}">` +
    `<title>${escapeText(pane.alt)}</title></image>${note}`
  );
}

function textAt(x: number, top: number, text: string, attributes = ''): string {
  return `<text x="${x}" y="${top + 12}" ${attributes}>${escapeText(text)}</text>`;
}

/** Titles are cut to the width of their image; the numbers of a note are not. */
function columnWidth({ width, note = '' }: Pane): number {
  return Math.max(width, note.length * CHARACTER);
}

function cut(text: string, room: number): string {
  const characters = [...text];
  const most = Math.max(1, Math.floor(room / CHARACTER));
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
