import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** What a run of the test leaves to be looked at; UPDATE_PICTURES=1 renews those that the docs show. */
const folder =
  process.env['UPDATE_PICTURES'] === '1'
    ? join(root, 'docs', 'pictures')
    : (process.env['MESHTURN_ARTEFACTS'] ?? join(root, 'artefacts'));

export async function keep(name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
