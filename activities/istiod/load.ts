import { composeBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import { codes } from '../../problems/registry.ts';
import { anchorsOf } from '../ca-source.ts';
import type { LoadEvidence } from '../contract.ts';
import { reached } from '../kube/reached.ts';
import { waitFor } from '../kube/wait.ts';
import type { MeshWorld } from '../mesh-world.ts';
import { clockHint } from './clock.ts';
import type { ControlPlane } from './control-plane.ts';
import { foremost } from './load-course.ts';
import { LoadHomes, type Home, type LoadInput } from './load-homes.ts';
import { LoadProofs, type ReplicaProof } from './load-proofs.ts';
import { loggedSerials } from './logged-serials.ts';
import { mendedByRestart, type RefusalCode } from './log-refusals.ts';
import { ReplicaLogs } from './replica-logs.ts';
import { listReplicas, replicaChanges } from './replicas.ts';
import { isReplaced } from './roll.ts';

/**
 * Waits until every replica of every control plane of a unit answers a probe CSR with the expected signer,
 * chain and bundle, and none is left from before. Replicas and revisions that appear meanwhile are probed too. Where istiod
 * cannot reload a new root live, it is restarted.
 * @throws Problem LOAD_TIMED_OUT at the limit; the name of the refusal where istiod refused the set and stays
 *   with it; CRONJOB_SUSPENDED, CRONJOB_FAILED, ROLL_STUCK, PROBE_SERVICE_ACCOUNT
 */
export async function awaitLoaded(world: MeshWorld, input: LoadInput): Promise<LoadEvidence> {
  const { fleet, mesh } = input;
  const primaries = input.controlPlanes;
  const wait = {
    object: `istiod of ${primaries.join(', ')}`,
    code: 'LOAD_TIMED_OUT',
    expected: 'the new set from every replica',
    limitSeconds: input.limit,
  } as const;
  const homes = new LoadHomes(world, input);
  const { known, leftSeconds } = await reached(wait, async () => {
    const roots = anchorsOf(await (await world.unit(input)).source.read());
    return { first: await homes.list(primaries), roots };
  });
  const { first, roots } = known;
  const proofs = new LoadProofs(world, { fleet, mesh }, input, composeBundle(roots));
  const logs = new ReplicaLogs(input.since);
  let waiting: readonly string[] = [];
  let hints: readonly string[] = [];
  let looks = 0;
  try {
    return await waitFor({
      ...{ ...wait, leftSeconds },
      everySeconds: 1,
      changes: replicaChanges(
        first.map(({ plane }) => plane),
        (cluster) => world.client({ fleet, mesh, cluster }),
      ),
      onWait: () => waiting.slice(0, 5).join('; '),
      hint: () => hints[0],
      look: async () => {
        looks += 1;
        const present = await homes.list(primaries);
        const states = await Promise.all(present.map((home) => lookAt(home, proofs, logs)));
        waiting = states.flatMap(({ lacks }) => lacks);
        hints = states.flatMap((state) => state.hints);
        if (waiting.length === 0) return evidence(present, states, input.since);
        logs.demandReadable();
        waiting = [...(await refuse(present, logs, states)), ...waiting];
        // The first look tells what is loaded already, and lets the logs tell of refusals.
        if (looks > 1) waiting = [...(await restart(present, states)), ...waiting];
        return undefined;
      },
    });
  } finally {
    logs.stop();
  }
}

interface HomeState {
  readonly proven: readonly ReplicaProof[];
  /** What is not proven, in words. */
  readonly lacks: readonly string[];
  /** What would mend it, where that is known. */
  readonly hints: readonly string[];
  readonly pods: readonly string[];
  /** Seconds, of every replica. */
  readonly longestLeaves: readonly number[];
  /** True where a replica hands out another bundle, which not every istiod changes live. */
  readonly otherRoots: boolean;
}

async function lookAt(home: Home, proofs: LoadProofs, logs: ReplicaLogs): Promise<HomeState> {
  const { client, plane } = home;
  const replicas = await listReplicas(client, plane);
  const named = (pod: string) => `${client.name}/${pod}`;
  const running = replicas.filter(({ terminating }) => !terminating);
  for (const replica of running) logs.follow(client, replica);
  const looks = await Promise.all(
    running.filter(({ ready }) => ready).map((replica) => proofs.look(client, replica)),
  );
  const otherRoots = looks.some((look) => look.otherRoots);
  home.course.saw({ differed: looks.some(({ differs }) => differs), otherRoots });
  return {
    otherRoots,
    proven: looks.flatMap(({ proof }) => (proof === undefined ? [] : [proof])),
    pods: running.map(({ pod }) => named(pod)),
    hints: looks.flatMap(({ pod, lack = '' }) => clockHint(lack, { namespace: plane.namespace, pod }) ?? []),
    longestLeaves: running.map(({ longestLeaf }) => longestLeaf),
    lacks: [
      ...(running.length === 0 ? [`${named(plane.deployment)}: no replica runs`] : []),
      ...looks.flatMap(({ pod, lack }) => (lack === undefined ? [] : [`${named(pod)}: ${lack}`])),
      ...running
        .filter(({ ready }) => !ready)
        .map(({ pod, waiting }) => `${named(pod)}: ${waiting ?? 'not ready'}`),
      ...replicas.filter(({ terminating }) => terminating).map(({ pod }) => `${named(pod)}: still ends`),
    ],
  };
}

/**
 * Says what was refused by replicas that are about to be replaced.
 * @throws Problem for the first refusal that neither waiting nor a restart, one under way included, would mend
 */
async function refuse(
  homes: readonly Home[],
  logs: ReplicaLogs,
  states: readonly HomeState[],
): Promise<readonly string[]> {
  const past: string[] = [];
  const standing = logs.standing(new Set(states.flatMap(({ pods }) => pods)));
  for (const { client, plane, restarter } of homes) {
    const final = standing.filter(
      ({ code, replica }) => replica.plane === plane && !(restarter !== undefined && mendedByRestart(code)),
    );
    for (const { code, text, replica } of final) {
      const { namespace } = plane;
      const { pod } = replica;
      if (await isReplaced(client, plane, pod)) {
        past.push(`${client.name}/${pod}: refused it (${text}), while pods are being replaced`);
        continue;
      }
      throw new Problem(code, {
        object: `istiod ${namespace}/${pod} of cluster ${plane.cluster}`,
        found: text,
        hint: clockHint(text, { namespace, pod }) ?? afterRefusal(code, plane),
      });
    }
  }
  return past;
}

/** istiod looks again at no file that does not change: most refusals need a restart once they are mended. */
function afterRefusal(code: RefusalCode, { namespace, deployment }: ControlPlane): string {
  return codes[code].hint.replace('deployment …', `deployment ${deployment} -n ${namespace}`);
}

/** Says what is waited for. A changed signer under unchanged roots is loaded live in every mode. */
async function restart(homes: readonly Home[], states: readonly HomeState[]): Promise<readonly string[]> {
  const texts = await Promise.all(
    homes.map(async ({ restarter }, i) => (states[i]?.otherRoots === true ? restarter?.step() : undefined)),
  );
  return texts.filter((text) => text !== undefined);
}

async function evidence(
  homes: readonly Home[],
  states: readonly HomeState[],
  since: string,
): Promise<LoadEvidence> {
  const at = new Date().toISOString();
  const serials = await Promise.all(
    homes.flatMap(({ client, plane: { namespace } }, i) =>
      (states[i]?.proven ?? []).map(({ pod }) => loggedSerials(client, { namespace, pod }, since)),
    ),
  );
  return {
    at,
    replicas: states.flatMap(({ proven }) => proven),
    longestLeaf: Math.max(0, ...states.flatMap(({ longestLeaves }) => longestLeaves)),
    by: foremost(homes.map(({ course }) => course.by)),
    loggedSerials: [...new Set(serials.flat())].slice(0, 20),
  };
}
