import type { GoSource } from './components.ts';

/** How a program is built, whatever the folder of this clone. */
export function buildFlags({ variables = {} }: GoSource): readonly string[] {
  const set = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  // Profiles of use in production only make the build longer. So do debug symbols, which the linker drops, compilers that
  // work on each package with several threads where each core has one already, and calls made inline: a third of all the
  // work, and no rotation takes less for it. Of two patterns that fit, the last counts: the standard library, which
  // makes the keys, is faster with it.
  const compiler = '-dwarf=false -c=1';
  const compilers = [`-gcflags=all=${compiler} -l`, `-gcflags=std=${compiler}`];
  const compiled = ['-pgo=off', '-trimpath', '-buildvcs=false', ...compilers];
  return [...compiled, '-ldflags', ['-s -w', ...set].join(' ')];
}

/** No C compiler is needed, no workspace that the clone may lie in counts, and what is built is for this machine. */
export const buildVariables = {
  CGO_ENABLED: '0',
  GOWORK: 'off',
  GOOS: process.platform,
  GOARCH: process.arch === 'x64' ? 'amd64' : process.arch,
};

/**
 * A compiler lives for seconds: to collect its garbage takes a sixth of the time that all take. Only one that would need
 * more than this does; what the user sets instead holds. What is built is the same.
 */
export const compilersMemory = { GOGC: 'off', GOMEMLIMIT: '1GiB' };
