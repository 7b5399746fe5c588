#!/usr/bin/env node
/*
 * The entry of `meshturn`, in JavaScript that an old Node reads too: nothing that needs a newer one may be loaded
 * before the version is known to do. An old one would die with an error about syntax or file names, not a sentence.
 */
const oldest = { major: 22, minor: 19 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) {
  await import('./main.ts');
} else {
  process.stderr.write(`error: meshturn: this Node.js is too old   [NODE_TOO_OLD]
  expected Node.js ${oldest.major}.${oldest.minor} or newer
  found    ${process.versions.node}
  hint: install Node.js 24, or run npm ci and then: npm run meshturn --
`);
  process.exitCode = 1;
}
