/**
 * media/gallery/*.webp: the course in JupyterLab while a person goes through it.
 *
 * npm run build && node -r ts-node/register media/gallery.ts [8.2 8.3.4 …]
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { writeFileWhole } from '../lib/io/write-file';
import { type Shoot, STOPS } from '../tests/browser/course-tour';
import { JupyterLab } from '../tests/browser/jupyterlab';
import { notebooks } from '../tests/notebooks/sources';

const FOLDER = path.join(__dirname, 'gallery');
const MOST_BYTES = 300_000;

const shoot: Shoot = async (page, name) => {
  const picture = await sharp(await page.screenshot()).webp({ quality: 82 }).toBuffer();
  if (picture.length > MOST_BYTES) throw new Error(`gallery: ${name} has ${picture.length} bytes; expected ${MOST_BYTES} at most`);
  writeFileWhole(path.join(FOLDER, `${name}.webp`), picture);
};

async function main(wanted: string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const present = new Set(notebooks().map(({ name }) => name));
  for (const { name, visit, env } of STOPS) {
    if (!present.has(name) || (wanted.length && !wanted.some((word) => name.startsWith(word)))) continue;
    const lab = await JupyterLab.start(process.env.CHROMIUM ?? '/usr/bin/chromium', env);
    try {
      await visit(lab, await lab.open(`${name}.ipynb`, { width: 1280, height: 800 }), shoot);
    } finally {
      await lab.stop();
    }
  }
}

void main(process.argv.slice(2));
