import { ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { packageRoot } from '../../lib/io/package-root';
import { freePort } from '../free-ports';
import { launchChromium } from './chromium';
import { whenSaid } from '../when-said';

const ROOT = packageRoot();
const TOKEN = 'segcourse-browser-test';

/** JupyterLab on a copy of the notebooks, with a Chromium that looks at it. */
export class JupyterLab {
  private constructor(
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    private readonly folder: string,
    private readonly url: string,
    readonly notebooks: string,
  ) {}

  /**
   * @param executable Chromium's path
   * @param env added to the environment of server and kernels
   * @param source folder whose notebooks are copied
   */
  static async start(
    executable: string,
    env: Record<string, string>,
    source = path.join(ROOT, 'notebooks'),
  ): Promise<JupyterLab> {
    const folder = mkdtempSync(path.join(tmpdir(), 'segcourse-jupyterlab-'));
    const notebooks = path.join(ROOT, '.build', 'browser-test');
    rmSync(notebooks, { recursive: true, force: true });
    mkdirSync(path.dirname(notebooks), { recursive: true });
    cpSync(source, notebooks, { recursive: true });
    const port = await freePort();
    const settings = [
      `--ServerApp.port=${port}`,
      '--ServerApp.ip=127.0.0.1',
      `--IdentityProvider.token=${TOKEN}`,
    ];
    const python = path.join(ROOT, '.venv', 'bin', 'python');
    const server = spawn(
      python,
      ['-m', 'jupyterlab', '--no-browser', '--allow-root', `--notebook-dir=${notebooks}`, ...settings],
      {
        env: { ...process.env, ...env, JUPYTER_CONFIG_DIR: folder, JUPYTER_RUNTIME_DIR: folder },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    await whenSaid(server, /Jupyter Server .* is running at/);
    const browser = await launchChromium(executable);
    return new JupyterLab(server, browser, folder, `http://127.0.0.1:${port}`, notebooks);
  }

  /** Opens a notebook alone in a new page and waits until its kernel is idle. @param scale pixels of the screen to one */
  async open(notebook: string, size: { width: number; height: number }, scale = 1): Promise<Page> {
    const page = await this.browser.newPage({ viewport: size, deviceScaleFactor: scale });
    await page.goto(`${this.url}/doc/tree/${notebook}?token=${TOKEN}`);
    await page.locator('.jp-Notebook .jp-Cell').first().waitFor({ timeout: 60_000 });
    await idle(page);
    // It says so also before the kernel is there; what is run then meets a question in the place of a kernel.
    while (!(await this.hasKernel(page, notebook))) await page.waitForTimeout(200);
    return page;
  }

  private async hasKernel(page: Page, notebook: string): Promise<boolean> {
    const response = await page.request.get(`${this.url}/api/sessions?token=${TOKEN}`);
    const sessions = (await response.json()) as { path: string; kernel: { connections: number } | null }[];
    return sessions.some(({ path: place, kernel }) => place === notebook && (kernel?.connections ?? 0) > 0);
  }

  /** Where a notebook is saved. */
  fileOf(notebook: string): string {
    return path.join(this.notebooks, notebook);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until the kernel has nothing to do. */
export async function idle(page: Page, timeout = 60_000): Promise<void> {
  await page
    .locator('.jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator[data-status="idle"]')
    .waitFor({ timeout });
}

/** Runs the code cell with this number, from 0, and waits for its execution count. */
export async function runCodeCell(page: Page, number: number, timeout = 120_000): Promise<void> {
  const cell = page.locator('.jp-CodeCell').nth(number);
  // In one go: a notebook that is still being drawn may take the cell out and put it in again meanwhile.
  await cell.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const prompt = cell.locator('.jp-InputPrompt');
  const fresh = (await prompt.textContent()) === '[ ]:';
  const taken = prompt.filter({ hasNotText: /^\[ \]:$/ });
  for (let attempt = 0; attempt < 5; attempt++) {
    await cell.locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    // Such a notebook may also let the keys fall.
    const ran =
      !fresh ||
      (await taken.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      ));
    if (ran) break;
  }
  await prompt.filter({ hasText: /^\[\d+\]:$/ }).waitFor({ timeout });
}

/** A notebook of these code cells. */
export const notebookOf = (cells: string[]) => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {
    kernelspec: { name: 'segcourse', display_name: 'TypeScript (segcourse)', language: 'typescript' },
  },
  cells: cells.map((source, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  })),
});

/** Chooses from JupyterLab's menu bar. */
export async function chooseMenu(page: Page, menu: string, entry: RegExp): Promise<void> {
  await page.locator('.lm-MenuBar-item', { hasText: new RegExp(`^${menu}$`) }).click();
  await page.locator('.lm-Menu-item', { hasText: entry }).first().click();
}

/** Brings into view what lies anywhere in a notebook, of which JupyterLab draws only what is near the view. */
export async function scrollTo(page: Page, target: Locator): Promise<void> {
  const panel = page.locator('.jp-WindowedPanel-outer');
  for (let top = 0; top < 60_000 && (await target.count()) === 0; top += 400) {
    await panel.evaluate((element, y) => (element.scrollTop = y), top);
    await page.waitForTimeout(100);
  }
  // More than once, because cells above grow while they are drawn.
  for (let time = 0; time < 3; time++) {
    await target.first().evaluate((element) => {
      const outer = element.closest('.jp-WindowedPanel-outer')!;
      outer.scrollTop += element.getBoundingClientRect().top - outer.getBoundingClientRect().top - 20;
    });
    await page.waitForTimeout(500);
  }
}

/** Saves the notebook, and what is then in its file. */
export async function saved(lab: JupyterLab, page: Page, notebook: string): Promise<SavedNotebook> {
  const written = page.waitForResponse(
    (response) => response.request().method() === 'PUT' && response.url().includes('/api/contents/'),
  );
  await page.keyboard.press('Control+s');
  await written;
  return JSON.parse(readFileSync(path.join(lab.notebooks, notebook), 'utf8')) as SavedNotebook;
}

export interface SavedNotebook {
  cells: {
    id: string;
    cell_type: string;
    execution_count?: number | null;
    outputs?: { output_type: string; name?: string; text?: string | string[]; ename?: string }[];
  }[];
}
