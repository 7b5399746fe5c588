#!/usr/bin/env node
/*
 * The entry of `meshturn`. Nothing that needs a newer Node may be loaded before the version is known to do:
 * an old one would die with a syntax error instead of a sentence.
 */
const oldest = { major: 22, minor: 19 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) {
  const { main } = await import('./process.ts');
  await main();
} else {
  const { renderProblem } = await import('./render/problem.ts');
  process.stderr.write(
    renderProblem({
      code: 'NODE_TOO_OLD',
      object: 'meshturn',
      expected: `Node.js ${oldest.major}.${oldest.minor} or newer`,
      found: process.versions.node,
      hint: 'install Node.js 24, or run npm ci and then: npm run meshturn --',
    }),
  );
  process.exitCode = 1;
}
