/**
 * media/jupyterlab.png: notebook 8.3.4 with its outputs in JupyterLab, as a student sees it.
 *
 * .venv/bin/python tests/notebooks/run_notebook.py notebooks/8.3.4-training-unet-on-isbi-2012.ipynb FOLDER/8.3.4.ipynb
 * node -r ts-node/register media/jupyterlab.ts FOLDER
 */
import path from 'node:path';
import { JupyterLab } from '../tests/browser/jupyterlab';

async function main(folder: string): Promise<void> {
  const lab = await JupyterLab.start(process.env.CHROMIUM ?? '/usr/bin/chromium', {}, folder);
  try {
    const page = await lab.open('8.3.4.ipynb', { width: 1280, height: 1180 });
    const chart = page.locator('.jp-OutputArea-output .vega-embed').nth(1);
    for (let screen = 0; screen < 40 && !(await chart.isVisible()); screen++) {
      await page.locator('.jp-WindowedPanel-outer').first().hover();
      await page.mouse.wheel(0, 600);
      await page.waitForTimeout(200);
    }
    await page.getByText('Then: the run').scrollIntoViewIfNeeded();
    await page.waitForTimeout(1000);
    await page.screenshot({ path: path.join(__dirname, 'jupyterlab.png') });
  } finally {
    await lab.stop();
  }
}

if (!process.argv[2]) throw new Error('jupyterlab: got no folder; expected the one that holds the executed 8.3.4.ipynb');
void main(process.argv[2]);
