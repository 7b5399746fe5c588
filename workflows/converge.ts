import { type Census } from '../activities/contract.ts';
import { heartbeatingLooks, waits } from './calls.ts';
import { leftStale, RestartCourse } from './restart-course.ts';
import { clusterRef, plural, shapeOf, type StageContext } from './stage-context.ts';
import { notConverged, standstill } from './standstill.ts';
import { failWith } from './stop-reason.ts';

/** A wait for renewals is looked at after each twentieth of what is left of it: some hundred looks in a day. */
const looksOfRest = 20;

/**
 * Goes on until every proxy of the cluster holds what the stage expects, and says so in a line. Undefined where
 * the workflow is to go on in a new run before that.
 */
export async function converge(context: StageContext, cluster: string): Promise<string | undefined> {
  const { workloads } = shapeOf(context.input, cluster);
  const course = new RestartCourse();
  while (!context.relay.due) {
    const census = await takeCensus(context, cluster);
    context.relay.looked();
    context.run.count(cluster, census.converged, census.total);
    if (census.converged === census.total)
      return `${plural(census.total, 'proxy').replace('proxys', 'proxies')} converged`;
    boundWait(context, cluster, census);
    if (workloads.mode === 'renew') await untilRenewal(context, cluster, census);
    else await restartBatch(context, cluster, workloads.batchPercent, course);
  }
  return undefined;
}

/** Ends a wait in which nothing gets better. Throws NOT_CONVERGED. */
function boundWait({ input, standstills }: StageContext, cluster: string, census: Census): void {
  const { mode } = shapeOf(input, cluster).workloads;
  const now = Date.now();
  const bound = standstill(standstills.get(cluster), census, { mode, rollout: input.limits.rollout, now });
  standstills.set(cluster, bound);
  if (now > bound.until) throw failWith(notConverged(cluster, census));
}

async function takeCensus(context: StageContext, cluster: string): Promise<Census> {
  const summary = `look at every proxy of ${cluster}`;
  const { expect } = context.stage;
  const { takeCensus } = heartbeatingLooks(
    shapeOf(context.input, cluster).reach,
    context.input.limits.heartbeat,
  );
  return takeCensus.executeWithOptions({ summary }, [{ ...clusterRef(context, cluster), expect }]);
}

async function restartBatch(
  context: StageContext,
  cluster: string,
  batchPercent: number,
  course: RestartCourse,
): Promise<void> {
  const { rollout, censusEvery, heartbeat } = context.input.limits;
  context.run.await(cluster, course.awaiting(rollout), `${context.stage.name}: ${course.doing}`);
  const { restartStale } = waits(rollout, shapeOf(context.input, cluster).reach, heartbeat);
  const summary = `restart ${batchPercent} % of the workloads with stale proxies in ${cluster}`;
  const result = await restartStale.executeWithOptions({ summary }, [
    {
      ...{ ...clusterRef(context, cluster), expect: context.stage.expect, batchPercent, limit: rollout },
      repeat: context.repeats.get(cluster) ?? 0,
    },
  ]);
  course.ended(result);
  if (result.restarted.length > 0) return;
  // Nothing to restart, and still stale: new pods come up, or somebody must act on those without an owner.
  context.run.await(cluster, leftStale(result));
  await context.relay.sleep(censusEvery * 1000, `look again at ${cluster}`);
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
  await context.relay.sleep(wake - at, `${cluster}: ${what}`);
}
