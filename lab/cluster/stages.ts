import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'stages');

/** Writes what the kubelet does with nodes and pods into one file, as KWOK reads it. */
export async function writeStages(file: string): Promise<void> {
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  await writeFile(file, texts.join('---\n'));
}
