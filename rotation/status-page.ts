import { pageFrom } from './page.ts';
import type { PhaseName } from './plan.ts';
import type { ClusterStep, PhaseProgress, RotationProgress, StepState } from './progress.ts';

/** Of clusters on one page, in bytes of JSON: the server warns of answers above 256 KB. */
const statusBytes = 160 * 1024;

/** Which page of a rotation's state is asked for; left out, the first. */
export interface StatusRequest {
  /** Begins with this phase's first cluster. */
  readonly phase?: PhaseName;
  /** The last cluster of the page before. */
  readonly after?: string;
}

/** How many clusters of a phase are in each state, those on other pages included. */
interface PhaseCounts extends Readonly<Record<StepState, number>> {
  readonly phase: PhaseName;
  readonly total: number;
}

/** A rotation's state with as many clusters as fit; the whole state where `next` is undefined on the first page. */
export interface StatusPage extends RotationProgress {
  readonly counts: readonly PhaseCounts[];
  /** What to ask with for the page after this one. */
  readonly next: StatusRequest | undefined;
}

/** A cluster that the state no longer has gives its phase from the start. */
export function statusPage(
  progress: RotationProgress,
  request: StatusRequest = {},
  bytes = statusBytes,
): StatusPage {
  const { phases, ...head } = progress;
  const steps = phases.flatMap(({ name, clusters }) => clusters.map((step) => ({ phase: name, step })));
  const from = placeOf(steps, request);
  const page = pageFrom(steps, from, bytes);
  const last = from + page.length < steps.length ? page.at(-1) : undefined;
  return {
    ...head,
    counts: phases.map(countsOf),
    next: last && { phase: last.phase, after: last.step.cluster },
    phases: phases.map((phase) =>
      onPage(
        phase,
        page.flatMap((each) => (each.phase === phase.name ? each.step : [])),
      ),
    ),
  };
}

function placeOf(
  steps: readonly { readonly phase: PhaseName; readonly step: ClusterStep }[],
  { phase, after }: StatusRequest,
): number {
  if (phase === undefined) return 0;
  const first = steps.findIndex((each) => each.phase === phase);
  const last = steps.findIndex((each) => each.phase === phase && each.step.cluster === after);
  return last < 0 ? Math.max(0, first) : last + 1;
}

function countsOf({ name, clusters }: PhaseProgress): PhaseCounts {
  const count = (state: StepState) => clusters.filter((step) => step.state === state).length;
  return {
    ...{ phase: name, waiting: count('waiting'), running: count('running') },
    ...{ stopped: count('stopped'), paused: count('paused'), left: count('left'), done: count('done') },
    total: clusters.length,
  };
}

/** A unit's word goes with the cluster that it is named after. */
function onPage(phase: PhaseProgress, clusters: readonly ClusterStep[]): PhaseProgress {
  const { heard, ...rest } = phase;
  if (heard === undefined) return { ...rest, clusters };
  const words = clusters.flatMap(({ cluster }) => {
    const word = heard[cluster];
    return word === undefined ? [] : [[cluster, word] as const];
  });
  return { ...rest, clusters, heard: Object.fromEntries(words) };
}

/** The whole state from its pages in order, the last of which tells all but the clusters. */
export function joinPages(pages: readonly [StatusPage, ...StatusPage[]]): RotationProgress {
  const { phases, ...head } = withoutPaging(pages.at(-1) ?? pages[0]);
  return {
    ...head,
    phases: phases.map(({ heard: last, ...phase }) => {
      const parts = pages.flatMap((page) => page.phases.filter(({ name }) => name === phase.name));
      const steps = parts.flatMap((part) => part.clusters.map((step) => [step.cluster, step] as const));
      const words = Object.fromEntries(parts.flatMap(({ heard = {} }) => Object.entries(heard)));
      const clusters = [...new Map(steps).values()];
      return last === undefined ? { ...phase, clusters } : { ...phase, clusters, heard: words };
    }),
  };
}

function withoutPaging(page: StatusPage): RotationProgress {
  const progress = { ...page };
  Reflect.deleteProperty(progress, 'counts');
  Reflect.deleteProperty(progress, 'next');
  return progress;
}
