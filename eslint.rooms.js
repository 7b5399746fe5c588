/**
 * Who may import whom at run time, and which rooms may be named in types only. Where `packages` is given, these are
 * the only ones, and no module of Node: what runs in the workflow sandbox has no others.
 * The table is the architecture: an arrow that is not in it is an error.
 */
const rooms = {
  problems: { imports: [], packages: [] },
  deploy: { imports: [] },
  rotation: { imports: ['problems'], packages: [] },
  pki: { imports: ['problems'] },
  fleet: { imports: ['rotation', 'problems'] },
  activities: { imports: ['rotation', 'pki', 'fleet', 'problems', 'deploy'] },
  workflows: {
    imports: ['rotation', 'problems'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  worker: { imports: ['workflows', 'activities', 'fleet', 'rotation', 'problems'] },
  sim: { imports: ['pki', 'problems', 'deploy'] },
  cli: { imports: ['problems', 'rotation', 'pki', 'fleet', 'activities', 'workflows', 'worker', 'sim'] },
  lab: { imports: ['problems', 'pki', 'deploy', 'worker', 'sim', 'cli'] },
};

/** What no room may import: it is no part of the product, or made of it. */
const noRooms = ['test', 'dist', 'node_modules'];

/** What a room may not import, by the module's name; `types` where it may be named in types. */
function bansOf(room) {
  const { imports, types = [], packages } = rooms[room];
  const others = [...Object.keys(rooms), ...noRooms].filter(
    (other) => other !== room && !imports.includes(other),
  );
  const bans = others.map((other) => ({
    regex: `^(\\.\\.?/)+${other}/`,
    types: types.includes(other),
    message: `${room}/ may not import ${other}/${types.includes(other) ? ' at run time' : ''}: see eslint.rooms.js`,
  }));
  if (packages === undefined) return bans;
  const allowed = packages.map((name) => `(?!${name}(/|$))`).join('');
  const message = `${room}/ runs in the workflow sandbox, which has no such module: see eslint.rooms.js`;
  return [...bans, { regex: `^(?!\\.\\.?/)${allowed}`, types: false, message }];
}

/** The same bans for `import('…')`, which the rule about imports does not see, in code and in types. */
function dynamicBans({ regex, types, message }) {
  // A selector ends its expression at the first slash.
  const pattern = regex.replaceAll('/', '\\x2F');
  return [
    { selector: `ImportExpression[source.value=/${pattern}/]`, message },
    ...(types ? [] : [{ selector: `TSImportType[source.value=/${pattern}/]`, message }]),
  ];
}

const unnamed = {
  selector: 'ImportExpression[source.type!="Literal"]',
  message: 'a module that is imported is named: see eslint.rooms.js',
};

export const importRules = Object.keys(rooms).map((room) => {
  const bans = bansOf(room);
  const patterns = bans.map(({ regex, types, message }) => ({ regex, allowTypeImports: types, message }));
  return {
    files: [`${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
      'no-restricted-syntax': ['error', unnamed, ...bans.flatMap(dynamicBans)],
    },
  };
});
