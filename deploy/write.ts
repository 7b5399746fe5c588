/** `npm run rbac`: writes `deploy/rbac/` and the tables of docs/security.md as deploy/rights.ts has them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { rbacFiles } from './files.ts';
import { pageWithRights } from './page.ts';

const folder = join(import.meta.dirname, 'rbac');
const page = join(import.meta.dirname, '../docs/security.md');

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

for (const [name, text] of rbacFiles()) await write(join(folder, name), text);
await write(page, pageWithRights(await readFile(page, 'utf8')));
