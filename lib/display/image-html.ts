import type { Grid, Pane } from './image-grid';
import type { LegendEntry } from './overlay';
import { escapeText } from './text';

// Colours are inherited, not set, so that the text is readable in JupyterLab's light and dark themes and on paper.
const TEXT = 'font:13px/1.4 system-ui,sans-serif;color:var(--jp-ui-font-color1,inherit)';

/** A grid of images as HTML that needs no script and no style sheet. */
export function gridHtml(grid: Grid): string {
  const title = grid.title
    ? `<div style="font-weight:600;margin-bottom:8px">${escapeText(grid.title)}</div>`
    : '';
  const cells = grid.panes.map(paneHtml).join('');
  const below = [
    grid.legend.length ? legendHtml(grid.legend) : '',
    colourBarHtml(grid),
    grid.caption
      ? `<figcaption style="margin-top:8px;opacity:.8">${escapeText(grid.caption)}</figcaption>`
      : '',
  ];
  return (
    `<figure role="group" aria-label="${escapeText(grid.alt)}" style="margin:4px 0;${TEXT}">${title}` +
    `<div style="display:grid;grid-template-columns:repeat(${grid.columns},max-content);gap:12px;overflow-x:auto">` +
    `${cells}</div>${below.join('')}</figure>`
  );
}

function paneHtml(pane: Pane): string {
  const title = pane.title
    ? `<div style="margin-bottom:4px;overflow-wrap:anywhere">${escapeText(pane.title)}</div>`
    : '';
  const note = pane.note ? `<div style="opacity:.8;font-size:12px">${escapeText(pane.note)}</div>` : '';
  const rendering = pane.pixelated ? ';image-rendering:pixelated' : '';
  return (
    `<div style="width:${pane.width}px;align-self:end">${title}<img src="${pane.uri}" alt="${escapeText(pane.alt)}" ` +
    `width="${pane.width}" height="${pane.height}" style="display:block;margin:0;max-width:none${rendering}">${note}</div>`
  );
}

function legendHtml(entries: readonly LegendEntry[]): string {
  const items = entries.map(({ label, colour, contour }) => {
    const fill = contour ? `border:3px solid ${colour}` : `background:${colour};border:1px solid #767676`;
    return (
      '<span style="display:inline-flex;align-items:center;gap:6px;margin-right:16px">' +
      `<span style="display:inline-block;box-sizing:border-box;width:14px;height:14px;${fill}"></span>` +
      `${escapeText(label)}</span>`
    );
  });
  return `<div style="margin-top:8px">${items.join('')}</div>`;
}

function colourBarHtml({ colourBar }: Grid): string {
  if (!colourBar) return '';
  return (
    '<div style="margin-top:8px;display:flex;align-items:center;gap:8px">' +
    `<span>${escapeText(colourBar.low)}</span>` +
    `<img src="${colourBar.uri}" alt="colour scale from low to high" width="200" height="12" ` +
    'style="width:200px;height:12px;margin:0">' +
    `<span>${escapeText(colourBar.high)}</span></div>`
  );
}
