import { createServer, Server } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { packageRoot } from '../../lib/io/package-root';
import { launchChromium } from './chromium';

const TFJS = path.join(packageRoot(), 'node_modules/@tensorflow/tfjs/dist/tf.min.js');
const PAGE = '<!doctype html><meta charset="utf-8"><title>tfjs</title><script src="/tf.min.js"></script>';

/** What the page's script sees of stock TensorFlow.js. */
interface StockTensorFlow {
  setBackend(name: string): Promise<boolean>;
  loadLayersModel(
    url: string,
  ): Promise<{ predict(x: object): { data(): Promise<Float32Array>; shape: number[] } }>;
  tensor(values: number[], shape: number[]): object;
}

/** A page in Chromium with stock TensorFlow.js from its own bundle, and a folder of models beside it. */
export class TensorFlowPage {
  /** Errors of the page. */
  readonly errors: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly page: Page,
  ) {
    page.on('pageerror', ({ message }) => this.errors.push(message));
  }

  /**
   * @param executable Chromium's path
   * @param folder what the page can load
   */
  static async open(executable: string, folder: string): Promise<TensorFlowPage> {
    const server = createServer((request, response) => {
      const name = decodeURIComponent(new URL(request.url!, 'http://127.0.0.1').pathname);
      if (name === '/') return response.setHeader('content-type', 'text/html').end(PAGE);
      const file = name === '/tf.min.js' ? TFJS : path.join(folder, name);
      if (!existsSync(file)) return response.writeHead(404).end();
      return response.end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launchChromium(executable);
    const page = await browser.newPage();
    const opened = new TensorFlowPage(server, browser, page);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return opened;
  }

  /** Loads a model in the page and applies it on TensorFlow.js's JavaScript backend. */
  predict(
    model: string,
    values: readonly number[],
    shape: readonly number[],
  ): Promise<{ values: number[]; shape: number[] }> {
    return this.page.evaluate(
      async ({ model, values, shape }) => {
        const { tf } = globalThis as unknown as { tf: StockTensorFlow };
        await tf.setBackend('cpu');
        const loaded = await tf.loadLayersModel(model);
        const output = loaded.predict(tf.tensor(values, shape));
        return { values: Array.from(await output.data()), shape: output.shape };
      },
      { model, values: [...values], shape: [...shape] },
    );
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
