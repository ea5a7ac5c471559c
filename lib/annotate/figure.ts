import { randomUUID } from 'node:crypto';
import { gridHtml } from '../display/image-html';
import { gridSvg } from '../display/image-svg';
import { pngDataUri } from '../display/png';
import { scriptJson } from '../display/frames';
import { escapeText } from '../display/text';
import { kernelBridge, type MimeBundle } from '../kernel/bridge';
import type { Annotation } from './annotation';
import { annotationPage, type PageParts } from './page';
import { kernelChannel } from './page-channel';
import { scenePainter } from './page-paint';
import { listenToPointer } from './page-pointer';
import { imageView } from './page-view';
import { buildWidget } from './page-widget';
import { paintObjects } from './picture';
import { TARGET } from './target';

const parts: PageParts = { kernelChannel, buildWidget, imageView, listenToPointer, scenePainter };
/** Their source text, as an object has it. */
const PARTS = Object.entries(parts)
  .map(([name, part]) => `${name}:${String(part)}`)
  .join(',');

const WIDEST = 512;
const MOST_PICTURES = 6;

/** A name that cannot be guessed. */
export const newAnnotationId = (): string => randomUUID();

/**
 * The widget: what was accepted as a still picture, which viewers without a kernel show, and the script that makes a widget
 * of it where there is a Jupyter page around it.
 */
export async function annotationBundle(
  annotation: Annotation,
  id: string,
  title: string,
): Promise<MimeBundle> {
  const { images, names, objects, summary } = annotation;
  const marked = images
    .map((_, image) => image)
    .filter((image) => objects.some((each) => each.image === image));
  const drawn = (marked.length > 0 ? marked : [annotation.shown]).slice(0, MOST_PICTURES);
  const panes = await Promise.all(
    drawn.map(async (image) => {
      const own = objects.filter((object) => object.image === image);
      const raster = paintObjects(images[image], own, WIDEST);
      const zoom = Math.max(1, Math.floor(WIDEST / drawn.length / raster.width));
      return {
        title: images.length > 1 ? names[image] : undefined,
        alt: `${names[image]} with ${own.length} accepted object${own.length === 1 ? '' : 's'} marked`,
        uri: await pngDataUri(raster),
        height: raster.height * zoom,
        width: raster.width * zoom,
        pixelated: true,
      };
    }),
  );
  const left = marked.length - drawn.length;
  const grid = {
    alt: `${title}: ${summary}`,
    columns: Math.min(3, panes.length),
    panes,
    legend: [],
    caption: `${objects.length} accepted${left > 0 ? `; ${left} more images are not drawn` : ''}.`,
  };
  const settings = { kernel: kernelBridge()?.kernelId, target: TARGET, annotation: id, title };
  const html =
    '<div style="font:13px/1.4 system-ui,sans-serif;color:var(--jp-ui-font-color1,inherit)">' +
    `<div style="font-weight:600;margin:4px 0">${escapeText(title)}</div>` +
    '<div style="opacity:.8">A still picture of what was accepted: run the cell in JupyterLab to click objects.</div>' +
    gridHtml(grid) +
    `<script>(${String(annotationPage)})(document.currentScript.parentElement,${scriptJson(settings)},` +
    `{${PARTS}})</script></div>`;
  const text = `[${title}: ${summary}]`;
  return { data: { 'text/html': html, 'image/svg+xml': gridSvg({ ...grid, title }), 'text/plain': text } };
}
