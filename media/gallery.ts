/**
 * media/gallery/*.webp: the course in JupyterLab while a person goes through it. Videos are drawn ones, for the real ones
 * have no licence to be passed on.
 *
 * npm run build && node -r ts-node/register media/gallery.ts [8.2 8.3.4 …]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { packageRoot } from '../lib/io/package-root';
import { writeFileWhole } from '../lib/io/write-file';
import type { Locator } from 'playwright-core';
import { type Shoot, STOPS } from '../tests/browser/course-tour';
import { JupyterLab } from '../tests/browser/jupyterlab';
import { notebooks } from '../tests/notebooks/sources';

const ROOT = packageRoot();
const FOLDER = path.join(__dirname, 'gallery');
const MOST_BYTES = 300_000;
/** Round a figure. */
const MARGIN = 8;

const shoot: Shoot = async (page, name, figure) => {
  const clip = figure && (await surroundings(figure));
  const picture = await sharp(await page.screenshot({ clip })).webp({ quality: 82 }).toBuffer();
  if (picture.length > MOST_BYTES) throw new Error(`gallery: ${name} has ${picture.length} bytes; expected ${MOST_BYTES} at most`);
  writeFileWhole(path.join(FOLDER, `${name}.webp`), picture);
};

/** What is seen of a figure, with a margin. */
async function surroundings(figure: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const [left, top, right, bottom] = await figure.evaluate((element) => {
    const parts = element.querySelectorAll('img, canvas, svg, table, label, select, [role="progressbar"]');
    const drawn = Array.from(parts, (part) => part.getBoundingClientRect());
    const panel = element.closest('.jp-WindowedPanel-outer')!.getBoundingClientRect();
    return [
      Math.min(...drawn.map((box) => box.left)),
      Math.max(element.getBoundingClientRect().top, panel.top),
      Math.max(...drawn.map((box) => box.right)),
      Math.max(...drawn.map((box) => box.bottom)),
    ];
  });
  const [x, y] = [left - MARGIN, top - MARGIN];
  return { x, y, width: right + MARGIN - x, height: bottom + MARGIN - y };
}

async function main(wanted: string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const present = new Set(notebooks().map(({ name }) => name));
  const empty = mkdtempSync(path.join(tmpdir(), 'segcourse-gallery-'));
  // Trained in full: what learns for seconds finds nothing on the video. The weights are kept.
  const drawn = { SEGCOURSE_PLAN: '', SEGCOURSE_DATA: path.join(ROOT, '.build', 'gallery'), SEGCOURSE_DATA_MIRROR: empty };
  for (const { name, visit, env } of STOPS) {
    if (!present.has(name) || (wanted.length && !wanted.some((word) => name.startsWith(word)))) continue;
    const data = name.startsWith('8.3.2') ? drawn : {};
    const lab = await JupyterLab.start(process.env.CHROMIUM ?? '/usr/bin/chromium', { ...env, ...data });
    try {
      await visit(lab, await lab.open(`${name}.ipynb`, { width: 1280, height: 800 }, 2), shoot);
    } finally {
      await lab.stop();
    }
  }
  rmSync(empty, { recursive: true });
}

void main(process.argv.slice(2));
