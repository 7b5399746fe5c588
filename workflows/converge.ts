import type { Census } from '../activities/contract.ts';
import { heartbeatingLooks, waits } from './calls.ts';
import { awaited, convergedLine, readableStale } from './census-words.ts';
import { censusProof } from './proof-evidence.ts';
import { leftStale, RestartCourse } from './restart-course.ts';
import { demandRotation } from './guard.ts';
import { judgedBy, shapeOf, type StageContext } from './stage-context.ts';
import { endOf, notConverged, standstill } from './standstill.ts';
import { failWith } from './stop-reason.ts';

/** A wait for renewals is looked at after each twentieth of what is left of it: some hundred looks in a day. */
const looksOfRest = 20;
/** Milliseconds. A pod that time will prove may be replaced, or answer, before. */
const looksAtUnread = 30 * 60_000;

/**
 * Goes on until every proxy of the cluster holds what the stage expects, and says so in a line. Undefined where
 * the workflow is to go on in a new run before that, or the cluster was stopped meanwhile.
 */
export async function converge(context: StageContext, cluster: string): Promise<string | undefined> {
  const { workloads } = shapeOf(context.input, cluster);
  const course = new RestartCourse();
  while (!context.relay.due && !context.run.isStopped(cluster)) {
    const census = await takeCensus(context, cluster);
    context.relay.looked();
    context.run.count(cluster, census.converged, census.total);
    if (census.converged === census.total) {
      context.run.evidence.proved(censusProof(context.stage.name, cluster, census));
      return convergedLine(census);
    }
    if (context.run.isStopped(cluster)) break;
    boundWait(context, cluster, census);
    if (workloads.mode === 'renew') await untilRenewal(context, cluster, census);
    else await restartBatch(context, cluster, census, { batchPercent: workloads.batchPercent, course });
  }
  return undefined;
}

/** Ends a wait in which nothing gets better. Throws NOT_CONVERGED. */
function boundWait({ input, standstills }: StageContext, cluster: string, census: Census): void {
  const { mode } = shapeOf(input, cluster).workloads;
  const now = Date.now();
  const bound = standstill(standstills.get(cluster), census, { mode, rollout: input.limits.rollout, now });
  standstills.set(cluster, bound);
  if (now > endOf(bound, census, input.limits.rollout)) throw failWith(notConverged(cluster, census));
}

async function takeCensus(context: StageContext, cluster: string): Promise<Census> {
  const summary = `look at every proxy of ${cluster}`;
  const { takeCensus } = heartbeatingLooks(
    shapeOf(context.input, cluster).reach,
    context.input.limits.heartbeat,
  );
  return takeCensus.executeWithOptions({ summary }, [judgedBy(context, cluster)]);
}

async function restartBatch(
  context: StageContext,
  cluster: string,
  census: Census,
  { batchPercent, course }: { readonly batchPercent: number; readonly course: RestartCourse },
): Promise<void> {
  // A new run would begin with the same look: only a command comes between it and what follows from it.
  if (context.relay.held) return;
  const { rollout, censusEvery, heartbeat } = context.input.limits;
  context.run.await(cluster, course.awaiting(rollout), `${context.stage.name}: ${course.doing}`);
  await demandRotation(context.input);
  const { restartStale } = waits(rollout, shapeOf(context.input, cluster).reach, heartbeat);
  const summary = `restart ${batchPercent} % of the workloads with stale proxies in ${cluster}`;
  const result = await restartStale.executeWithOptions({ summary }, [
    { ...judgedBy(context, cluster), batchPercent, limit: rollout },
  ]);
  course.ended(result);
  if (result.restarted.length > 0) return;
  if (readableStale(census) === 0 && census.unread !== undefined) {
    await untilRenewal(context, cluster, census);
    return;
  }
  // Nothing to restart, and still stale: new pods come up, or somebody must act on those without an owner.
  context.run.await(cluster, leftStale(result));
  await rest(context, cluster, censusEvery * 1000, `look again at ${cluster}`);
}

/** Until a leaf renews itself, or time has proven a proxy that cannot be read. */
async function untilRenewal(context: StageContext, cluster: string, census: Census): Promise<void> {
  const { censusEvery } = context.input.limits;
  const at = Date.now();
  const what = awaited(census);
  const last = Math.max(
    ...[census.lastRenewal, census.unread?.last].map((one) => Date.parse(one ?? census.at)),
  );
  context.run.await(cluster, { what, until: new Date(last).toISOString() });
  const wake = Math.min(renewalLook(census, at, censusEvery), unreadLook(census, at, censusEvery));
  await rest(context, cluster, wake - at, `${cluster}: ${what}`);
}

/** A sleep that a new run or a stop of the cluster cuts short. */
async function rest({ relay, run }: StageContext, cluster: string, milliseconds: number, summary: string) {
  await relay.sleep(milliseconds, summary, () => run.isStopped(cluster));
}

/** When the proxies are looked at again for the sake of leaves that renew; milliseconds since the epoch. */
function renewalLook(census: Census, at: number, censusEvery: number): number {
  if (readableStale(census) === 0) return Infinity;
  const next = Date.parse(census.nextRenewal ?? census.at);
  const last = Date.parse(census.lastRenewal ?? census.nextRenewal ?? census.at);
  return Math.max(next, at + Math.max(censusEvery * 1000, (last - at) / looksOfRest));
}

/** And for the sake of those that cannot be read. */
function unreadLook({ unread }: Census, at: number, censusEvery: number): number {
  if (unread === undefined) return Infinity;
  return Math.max(Math.min(Date.parse(unread.next), at + looksAtUnread), at + censusEvery * 1000);
}
