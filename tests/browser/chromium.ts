import { type Browser, chromium } from 'playwright-core';

/** A Chromium that keeps to itself. @param executable its path */
export const launchChromium = (executable: string): Promise<Browser> =>
  chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-sync',
    ],
  });
