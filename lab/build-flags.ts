import type { GoSource } from './components.ts';

/** How a program is built, whatever the folder of this clone. */
export function buildFlags({ variables = {} }: GoSource): readonly string[] {
  const set = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  // Profiles of use in production only make the build longer.
  return ['-pgo=off', '-trimpath', '-buildvcs=false', '-ldflags', ['-s -w', ...set].join(' ')];
}

/** No C compiler is needed, no workspace that the clone may lie in counts, and what is built is for this machine. */
export const buildVariables = {
  CGO_ENABLED: '0',
  GOWORK: 'off',
  GOOS: process.platform,
  GOARCH: process.arch === 'x64' ? 'amd64' : process.arch,
};
