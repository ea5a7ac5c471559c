import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { notebooks } from '../notebooks/sources';
import { requireSystem } from '../system';
import { type Shoot, STOPS } from './course-tour';
import { JupyterLab } from './jupyterlab';

const SCREENSHOTS = path.join(packageRoot(), '.build', 'screenshots');
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

describe('the course in JupyterLab, as a person goes through it', function () {
  this.timeout(2_400_000);
  let executable: string;
  let folder: string;
  before(function () {
    executable = requireSystem(this, 'chromium');
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-tour-'));
    mkdirSync(SCREENSHOTS, { recursive: true });
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  const present = new Set(notebooks().map(({ name }) => name));
  for (const { width, height } of SIZES) {
    const shoot: Shoot = async (page, name) => {
      await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${width}.png`) });
    };
    for (const { name, visit, env } of STOPS.filter((stop) => present.has(stop.name))) {
      it(`${name}, ${width} × ${height}`, async () => {
        const lab = await JupyterLab.start(executable, { SEGCOURSE_DATA: path.join(folder, 'data'), ...env });
        try {
          await visit(lab, await lab.open(`${name}.ipynb`, { width, height }), shoot);
        } finally {
          await lab.stop();
        }
      });
    }
  }
});
