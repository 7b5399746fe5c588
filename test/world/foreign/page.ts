import { acts, type Act, type ActName } from './acts.ts';
import { nameOf, type Showing, type Traffic } from './enact.ts';
import { lanes, type Lane, type Moment, type Strike } from './lanes.ts';

const intro = `# Foreign hands

What Meshturn does where somebody else acts on what it rotates, in which phase and moment, what a person sees, and what
to do. Every row is a test (\`npm run test:foreign\`) that runs a rotation of two simulated clusters through it, with real
workload handshakes all the time; the messages are those the tests got. No handshake fails, except where a section says
that the act breaks traffic by itself or may. Names of vaults, clusters and pods are those of the simulation; FINGERPRINT,
VERSION and PORT stand for what is another in every run.

Moments of a phase:

- **turn**: the cluster waits for its turn. In distribute it stops before its write; from activate on, when others sign
  otherwise and rely on what it trusts, it stops at the next look.
- **waits**: the cluster has its write behind it and waits for leaves to renew.
- **done**: the cluster has ended the phase, others have not. It stops again.
- **barrier**: all have ended the phase, and the mesh is read for the plan of what follows. The rotation stops as a whole.

What Meshturn does:

- **names** it with the code: no cluster begins its next phase, and nothing that others wrote is written over. Once that
  is put back, a cluster that waits or is done goes on by itself; a barrier with \`meshturn rotation retry\`, and so
  does a cluster that stopped before its write, as soon as its istiods have loaded what was put back: before that the
  retry stops, by name again, and writes nothing. Then the rotation completes. To keep what others wrote,
  \`meshturn rotation abort\` and start a rotation, which is planned from what is there then and shows it before it
  begins.
- **proves** it: what has come is looked at like what was there, before the barrier opens, and nothing stops.

## A second rotation on the same CA source, from another fleet file or Temporal server

While one writes, another is not planned: \`rotation start\` ends with \`HELD_BY_OTHER_ROTATION\`, which names the one that
writes and until when its lease lasts. Between writes there is no lease: where the other writes then, clusters of the
first stop with \`SOURCE_CHANGED_BY_OTHER\`, or \`HELD_BY_OTHER_ROTATION\` while it is at it, and its barrier stays shut. To
do: decide which of the two is to be, and \`meshturn rotation abort\` the other; where neither had passed into activate,
both ways lose nothing, and no handshake fails. The plan of the second names the first by what that wrote last
(\`ROTATION_UNFINISHED\`), and does not forbid the start, for one that has ended there is taken up.

## A root in use that is not of the rotation

Where leaves or istiods are below a root that no unit of the rotation had or is to get, though no CA source holds it any
more, the barrier stops with \`FOREIGN_ROOT_IN_USE\` and says who: it would otherwise bring that root to every cluster. To
do: let what holds such leaves renew (\`kubectl rollout restart\`), then \`meshturn rotation retry\`. Trust anchors that
proxies have from \`caCertificates\` of the mesh are no such root.
`;

/** docs/foreign-hands.md: a section an act, a row a moment. */
export function foreignHandsPage(
  seen: Readonly<Record<string, Showing>>,
  counted: Readonly<Record<string, Traffic>>,
): string {
  const told = lanes.flatMap((lane) => lane.strikes.map((strike) => ({ lane, strike })));
  const names = Object.keys(acts) as readonly ActName[];
  const sections = names.map((act) =>
    section(
      act,
      told.filter(({ strike }) => strike.act === act).toSorted((a, b) => placeOf(a) - placeOf(b)),
      { seen, counted },
    ),
  );
  return `${intro}\n${sections.join('\n')}`;
}

interface Told {
  readonly lane: Lane;
  readonly strike: Strike;
}

/** In the order in which a rotation comes to it. */
function placeOf({ strike: { phase, when } }: Told): number {
  return phases.indexOf(phase) * moments.length + moments.indexOf(when);
}

const phases: readonly Strike['phase'][] = ['distribute', 'activate', 'revoke'];
const moments: readonly Moment[] = ['turn', 'waits', 'done', 'barrier'];

interface Recorded {
  readonly seen: Readonly<Record<string, Showing>>;
  readonly counted: Readonly<Record<string, Traffic>>;
}

function section(act: ActName, told: readonly Told[], { seen, counted }: Recorded): string {
  const { title, todo, severalObjects }: Act = acts[act];
  const breaks = told.flatMap(({ lane: { name, breaksTraffic } }) =>
    breaksTraffic === undefined ? [] : [failing(breaksTraffic, counted[name])],
  );
  const rows = told.map(({ lane, strike }) => {
    const shown = seen[lane.name]?.[nameOf(strike)];
    const sees = shown === undefined ? 'nothing else' : `${cell(shown.message)}<br>hint: ${cell(shown.hint)}`;
    const does = strike.code === undefined ? 'proves' : `names \`${strike.code}\``;
    return `| ${strike.phase} | ${strike.when} | ${does} | ${sees} |`;
  });
  return [
    `## ${title}`,
    '',
    `To do: ${todo === '-' ? 'nothing' : todo}.`,
    ...(breaks.length === 0
      ? []
      : ['', `It breaks traffic by itself: handshakes fail with ${breaks.join(', ')}.`]),
    ...(severalObjects === true ? ['', torn] : []),
    '',
    '| phase | moment | Meshturn | what one sees |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function failing(reason: string, { failed, attempted }: Traffic = { failed: 0, attempted: 0 }): string {
  return `\`${reason}\`, ${failed} of all ${attempted} of the rotation that is recorded here`;
}

const torn =
  'No hand writes several secrets at once: where the CSI driver reads between them, istiod may sign while its chain lacks its certificate, and handshakes fail with `UNABLE_TO_VERIFY_LEAF_SIGNATURE` until those leaves renew, when it is written and when it is put back.';

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, '; ')
    .replaceAll('<', '&lt;');
}
