import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** An environment in which `go` is of that version, and `go build` runs lines of sh; `$out` is what it shall write. */
export async function withGo(
  folder: string,
  build: string,
  version = 'go1.99.0',
): Promise<NodeJS.ProcessEnv> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const script = `#!/bin/sh
[ "$1" = env ] && { echo ${version}; exit; }
while [ "$1" != -o ]; do shift; done
out=$2
${build}
`;
  await writeFile(join(bin, 'go'), script);
  await chmod(join(bin, 'go'), 0o755);
  return { PATH: [bin, '/usr/bin', '/bin'].join(delimiter) };
}
