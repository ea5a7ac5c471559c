import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { packageRoot } from '../../lib/io/package-root';
import { freePort } from '../free-ports';
import { launchChromium } from './chromium';
import { whenSaid } from '../when-said';

/** `npm start -- --classroom`, with a Chromium that looks at nbgrader's formgrader there. */
export class Formgrader {
  private constructor(
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    private readonly url: URL,
  ) {}

  static async start(executable: string, course: string): Promise<Formgrader> {
    const script = path.join(packageRoot(), 'lib', 'setup', 'start.mjs');
    const args = [script, `--classroom=${course}`, '--no-browser', '--port', String(await freePort())];
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [, url] = await whenSaid(server, /The course is open at (\S+)/);
    const browser = await launchChromium(executable);
    return new Formgrader(server, browser, new URL(url));
  }

  /** Opens a page below `/formgrader`. */
  async open(place: string): Promise<Page> {
    const page = await this.browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(120_000);
    // JupyterLab's page turns the token into a cookie, which formgrader's own requests need.
    await page.goto(this.url.href, { waitUntil: 'commit' });
    await page.goto(new URL(`/formgrader/${place}`, this.url).href);
    return page;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill('SIGTERM');
    await ended;
  }
}
