/**
 * Who may import whom at run time, and which rooms may be named in types only.
 * The table is the architecture: an arrow that is not in it is an error.
 */
const rooms = {
  problems: { imports: [] },
  rotation: { imports: [] },
  pki: { imports: ['problems'] },
  fleet: { imports: ['rotation', 'problems'] },
  activities: { imports: ['rotation', 'pki', 'fleet', 'problems'] },
  workflows: { imports: ['rotation', 'problems'], types: ['activities'] },
  worker: { imports: ['workflows', 'activities', 'fleet', 'rotation', 'problems'] },
  sim: { imports: ['pki', 'problems'] },
  cli: { imports: ['problems', 'rotation', 'pki', 'fleet', 'activities', 'workflows', 'worker', 'sim'] },
};

/** What no code that runs in the workflow sandbox may load: the bundle has no Node and no network. */
const outsideSandbox = [
  'node:*',
  'node-forge',
  'zod',
  'yaml',
  '@kubernetes/*',
  '@azure/*',
  '@grpc/*',
  '@temporalio/worker',
  '@temporalio/client',
  '@temporalio/activity',
];

/** A ban on the run-time import of another room; `types` lets its types through. */
function ban(room, other) {
  const typesAllowed = rooms[room].types?.includes(other) ?? false;
  return {
    regex: `^(\\.\\.?/)+${other}/`,
    allowTypeImports: typesAllowed,
    message: `${room}/ may not import ${other}/${typesAllowed ? ' at run time' : ''}: see eslint.rooms.js`,
  };
}

export const importRules = Object.entries(rooms).map(([room, { imports }]) => {
  const patterns = Object.keys(rooms)
    .filter((other) => other !== room && !imports.includes(other))
    .map((other) => ban(room, other));
  if (['workflows', 'rotation', 'problems'].includes(room)) {
    patterns.push({
      group: outsideSandbox,
      allowTypeImports: false,
      message: `${room}/ runs in the workflow sandbox, which has no such module`,
    });
  }
  return {
    files: [`${room}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
});
