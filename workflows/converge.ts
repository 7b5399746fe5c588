import { sleep } from '@temporalio/workflow';
import { type Census } from '../activities/contract.ts';
import { Problem } from '../problems/problem.ts';
import { looks, waits } from './calls.ts';
import { leftStale, RestartCourse } from './restart-course.ts';
import { clusterRef, plural, shapeOf, type StageContext } from './stage-context.ts';
import { failWith } from './stop-reason.ts';

/** A wait for renewals is looked at after each twentieth of what is left of it: some hundred looks in a day. */
const looksOfRest = 20;

/** Goes on until every proxy of the cluster holds what the stage expects; says so in a line. */
export async function converge(context: StageContext, cluster: string): Promise<string> {
  const { workloads } = shapeOf(context.input, cluster);
  const progress = new Standstill(context, cluster);
  const course = new RestartCourse();
  for (;;) {
    const census = await takeCensus(context, cluster);
    context.run.count(cluster, census.converged, census.total);
    if (census.converged === census.total)
      return `${plural(census.total, 'proxy').replace('proxys', 'proxies')} converged`;
    progress.look(census);
    if (workloads.mode === 'renew') await untilRenewal(context, cluster, census);
    else await restartBatch(context, cluster, workloads.batchPercent, course);
  }
}

async function takeCensus(context: StageContext, cluster: string): Promise<Census> {
  const summary = `look at every proxy of ${cluster}`;
  const { expect } = context.stage;
  const { takeCensus } = looks(shapeOf(context.input, cluster).reach);
  return takeCensus.executeWithOptions({ summary }, [{ ...clusterRef(context, cluster), expect }]);
}

async function restartBatch(
  context: StageContext,
  cluster: string,
  batchPercent: number,
  course: RestartCourse,
): Promise<void> {
  const { rollout, censusEvery } = context.input.limits;
  context.run.await(cluster, course.awaiting(rollout), `${context.stage.name}: ${course.doing}`);
  const { restartStale } = waits(rollout, shapeOf(context.input, cluster).reach);
  const summary = `restart ${batchPercent} % of the workloads with stale proxies in ${cluster}`;
  const result = await restartStale.executeWithOptions({ summary }, [
    { ...clusterRef(context, cluster), expect: context.stage.expect, batchPercent, limit: rollout },
  ]);
  course.ended(result);
  if (result.restarted.length > 0) return;
  // Nothing to restart, and still stale: new pods come up, or somebody must act on those without an owner.
  context.run.await(cluster, leftStale(result));
  await sleep(censusEvery * 1000, { summary: `look again at ${cluster}` });
}

async function untilRenewal(context: StageContext, cluster: string, census: Census): Promise<void> {
  const { censusEvery } = context.input.limits;
  const at = Date.now();
  const next = Date.parse(census.nextRenewal ?? census.at);
  const last = Date.parse(census.lastRenewal ?? census.nextRenewal ?? census.at);
  const soonest = at + Math.max(censusEvery * 1000, (last - at) / looksOfRest);
  const wake = Math.max(next, soonest);
  const stale = census.total - census.converged;
  const what = `${plural(stale, 'leaf').replace('leafs', 'leaves')} to renew`;
  context.run.await(cluster, { what, until: new Date(last).toISOString() });
  await sleep(wake - at, { summary: `${cluster}: ${what}` });
}

/** Ends a wait in which nothing gets better: the clock bounds it, and proves nothing. */
class Standstill {
  readonly #context: StageContext;
  readonly #cluster: string;
  #best = -1;
  #since = 0;

  constructor(context: StageContext, cluster: string) {
    this.#context = context;
    this.#cluster = cluster;
  }

  look(census: Census): void {
    const lastRenewal = census.lastRenewal === undefined ? 0 : Date.parse(census.lastRenewal);
    if (census.converged > this.#best) {
      this.#best = census.converged;
      this.#since = Date.now();
    }
    const limit = Math.max(this.#since, lastRenewal) + this.#context.input.limits.rollout * 1000;
    if (Date.now() <= limit) return;
    const named = census.laggards.slice(0, 3).map(({ pod, reason }) => `${pod} ${reason}`);
    throw failWith(
      new Problem('NOT_CONVERGED', {
        object: `cluster ${this.#cluster}`,
        expected: `${census.total} proxies converged`,
        found: `${census.converged}; ${named.join('; ')}`,
      }),
    );
  }
}
