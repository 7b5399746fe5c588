import type { HandshakeEvidence, LoadEvidence } from '../activities/contract.ts';
import type { Proof } from '../rotation/plan.ts';
import type { Awaiting } from '../rotation/progress.ts';
import { reachOf, type TimeLimits } from '../rotation/shape.ts';
import { heartbeatingLooks, waits } from './calls.ts';
import { loadProof, secondPlaneProof } from './proof-evidence.ts';
import { converge } from './converge.ts';
import {
  clusterRef,
  duration,
  plural,
  secondsFromNow,
  shapeOf,
  type StageContext,
  stageRef,
} from './stage-context.ts';

/**
 * One kind of proof: of the unit as a whole, or of each of its clusters. Resolves to a line of evidence; to
 * undefined where it came to rest before that: a new run of the workflow is to go on with it, or the cluster was stopped.
 */
export interface ProofStep {
  readonly scope: 'unit' | 'cluster';
  readonly awaiting: (limits: TimeLimits) => Awaiting | undefined;
  readonly prove: (context: StageContext, cluster: string) => Promise<string | undefined>;
}

/** What is proven of a stage, how, and what is waited for meanwhile. */
export const proofSteps: Readonly<Record<Proof, ProofStep>> = {
  synced: {
    scope: 'unit',
    awaiting: ({ sync }) => ({ what: 'the set in every istiod volume', until: secondsFromNow(sync) }),
    async prove(context) {
      const { sync: limit, heartbeat } = context.input.limits;
      const summary = `wait for the CA set in every istiod volume, at most ${duration(limit)}`;
      const { at, pods } = await waits(
        limit,
        reachOf(context.input.shape),
        heartbeat,
      ).awaitSynced.executeWithOptions({ summary }, [
        { ...stageRef(context.input, context.stage), versions: context.written.versions, limit },
      ]);
      context.run.evidence.proved({ proof: 'synced', stage: context.stage.name, at, pods });
      return `synced on ${plural(pods.length, 'istiod pod')}`;
    },
  },
  loaded: {
    scope: 'unit',
    awaiting: ({ load }) => ({ what: 'every istiod to serve it', until: secondsFromNow(load) }),
    async prove(context) {
      const { input, stage, written } = context;
      const { load: limit, heartbeat } = input.limits;
      const summary = `wait until every istiod proves by a probe CSR that it serves it, at most ${duration(limit)}`;
      const evidence = await waits(limit, reachOf(input.shape), heartbeat).awaitLoaded.executeWithOptions(
        { summary },
        [
          {
            ...stageRef(input, stage),
            expect: stage.expect,
            chain: stage.chain,
            since: written.at,
            cronJob: input.shape.cronJob,
            limit,
          },
        ],
      );
      context.loaded(evidence);
      context.run.evidence.proved(loadProof(stage.name, evidence, ways[evidence.by]));
      return `served by ${plural(evidence.replicas.length, 'istiod replica')}, ${ways[evidence.by]}`;
    },
  },
  accepted: {
    scope: 'unit',
    awaiting: () => ({ what: 'a new leaf to be accepted across clusters', until: undefined }),
    async prove({ input, stage, run }) {
      const { fleet, mesh, step, limits } = input;
      const { unit, controlPlanes } = step;
      const summary = `have a new leaf of ${unit} shake hands with what proxies of other clusters hold`;
      const { checkHandshakes } = heartbeatingLooks(reachOf(input.shape), limits.heartbeat);
      const seen = await checkHandshakes.executeWithOptions({ summary }, [
        { fleet, mesh, unit, controlPlanes },
      ]);
      run.accept();
      run.evidence.proved({ proof: 'accepted', stage: stage.name, ...seen });
      return acceptedLine(seen);
    },
  },
  secondPlane: {
    scope: 'cluster',
    awaiting: ({ secondPlane }) => ({
      what: 'istio-ca-root-cert in every namespace',
      until: secondsFromNow(secondPlane),
    }),
    async prove(context, cluster) {
      const { secondPlane: limit, heartbeat } = context.input.limits;
      const summary = `wait for istio-ca-root-cert in every namespace of ${cluster}, at most ${duration(limit)}`;
      const { awaitSecondPlane } = waits(limit, shapeOf(context.input, cluster).reach, heartbeat);
      const seen = await awaitSecondPlane.executeWithOptions({ summary }, [
        { ...clusterRef(context, cluster), roots: context.stage.expect.roots, limit },
      ]);
      if (!(await kubeletPropagation(context, cluster, seen.changedAt ?? seen.at))) return undefined;
      context.run.evidence.proved(secondPlaneProof(context.stage.name, cluster, seen));
      const { namespaces, webhooks = 0 } = seen;
      const right = `istio-ca-root-cert right in ${plural(namespaces, 'namespace')}`;
      return webhooks === 0 ? right : `${right}, caBundle of ${plural(webhooks, 'webhook')}`;
    },
  },
  converged: {
    scope: 'cluster',
    awaiting: () => ({ what: 'every proxy to hold it', until: undefined }),
    prove: converge,
  },
};

function acceptedLine({ handshakes, clusters, unasked }: HandshakeEvidence): string {
  const left = unasked.length === 0 ? '' : `; not asked: ${unasked.join(', ')}`;
  const peers = clusters.length === 0 ? 'no proxy is there to shake hands with' : clusters.join(', ');
  return `a new leaf is accepted both ways, ${plural(handshakes, 'handshake')}: ${peers}${left}`;
}

/** How a set came to be loaded, in words for a person. */
const ways: Readonly<Record<LoadEvidence['by'], string>> = {
  'already loaded': 'already loaded',
  'live reload': 'live reload',
  CronJob: 'restarted by the validator CronJob',
  roll: 'restarted by Meshturn',
  'roll (CRONJOB_BLIND)': 'restarted by Meshturn, for the validator CronJob ran and did not [CRONJOB_BLIND]',
};

/**
 * A pod reads a changed ConfigMap only when its kubelet has brought it, and nothing outside can see that. False where
 * the unit came to rest before.
 */
async function kubeletPropagation(
  context: StageContext,
  cluster: string,
  changedAt: string,
): Promise<boolean> {
  const end = Date.parse(changedAt) + context.input.limits.kubeletPropagation * 1000;
  if (end <= Date.now()) return true;
  const what = 'kubelet to bring istio-ca-root-cert into running pods';
  context.run.await(cluster, { what, until: new Date(end).toISOString() });
  await context.relay.sleep(end - Date.now(), `${cluster}: ${what}`);
  return end <= Date.now();
}
