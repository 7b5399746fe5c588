import type { RotationProgress } from '../rotation/progress.ts';
import { joinPages, type StatusPage, type StatusRequest } from '../rotation/status-page.ts';

/** How often pages are read anew because the state changed between them. */
const attempts = 3;

/**
 * The whole state of a rotation, put together from its pages. In a large mesh it may change all the time: after
 * some attempts each page is taken as it is.
 */
export async function readStatus(
  ask: (request: StatusRequest) => Promise<StatusPage>,
): Promise<RotationProgress> {
  for (let attempt = 1; ; attempt += 1) {
    const pages = await readPages(ask, attempt < attempts);
    if (pages !== undefined) return joinPages(pages);
  }
}

/** @param strict undefined as soon as a page is of another state than the first */
async function readPages(
  ask: (request: StatusRequest) => Promise<StatusPage>,
  strict: boolean,
): Promise<readonly [StatusPage, ...StatusPage[]] | undefined> {
  const first = await ask({});
  const others: StatusPage[] = [];
  for (let { next } = first; next !== undefined;) {
    const page = await ask(next);
    if (strict && page.digest !== first.digest) return undefined;
    others.push(page);
    next = page.next;
  }
  return [first, ...others];
}
