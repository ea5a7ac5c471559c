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
    // JupyterLab draws only the cells in view.
    const heading = page.getByRole('heading', { name: 'Then: the run' });
    for (let top = 0; top < 20_000 && (await heading.count()) === 0; top += 400) {
      await page.locator('.jp-WindowedPanel-outer').evaluate((panel, y) => (panel.scrollTop = y), top);
      await page.waitForTimeout(150);
    }
    // Twice, because cells above grow while they are drawn.
    for (let time = 0; time < 2; time++) {
      await heading.evaluate((element) => {
        const panel = element.closest('.jp-WindowedPanel-outer')!;
        panel.scrollTop += element.getBoundingClientRect().top - panel.getBoundingClientRect().top - 20;
      });
      await page.waitForTimeout(2000);
    }
    await page.screenshot({ path: path.join(__dirname, 'jupyterlab.png') });
  } finally {
    await lab.stop();
  }
}

if (!process.argv[2]) throw new Error('jupyterlab: got no folder; expected the one that holds the executed 8.3.4.ipynb');
void main(process.argv[2]);
