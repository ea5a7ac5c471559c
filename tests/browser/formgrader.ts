import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { packageRoot } from '../../lib/io/package-root';
import { freePort } from './jupyterlab';

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
    const url = await announced(server);
    const browser = await chromium.launch({
      executablePath: executable,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-sync',
      ],
    });
    return new Formgrader(server, browser, url);
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

/** Where the server says that the course is open; rejects with its words if it ends before. */
function announced(server: ChildProcess): Promise<URL> {
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [server.stdout!, server.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const found = /The course is open at (\S+)/.exec(output);
        if (found) resolve(new URL(found[1]));
      });
    }
    server.once('exit', (code) => reject(new Error(`npm start ended with status ${code}:\n${output}`)));
  });
}
