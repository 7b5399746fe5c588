import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's chromium, or what MESHTURN_CHROMIUM names. Throws Error where there is none. */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env['MESHTURN_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`no browser at ${executablePath}: apt-get install chromium, or set MESHTURN_CHROMIUM`);
  }
  // Its sandbox refuses to start for root, as whom a container runs tests; it opens nothing but loopback here.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
