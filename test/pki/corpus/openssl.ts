import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What openssl makes of a text, which it reads from the file `IN`. */
export function openssl(words: readonly string[], input: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'meshturn-corpus-'));
  try {
    writeFileSync(join(folder, 'IN'), input);
    return execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
