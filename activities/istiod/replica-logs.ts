import type { ClusterClient } from '../kube/connect.ts';
import { followLog, type LogFollower } from '../kube/follow-logs.ts';
import { istiodContainer } from './cacerts-volume.ts';
import { LogReader } from './log.ts';
import type { LogEvent } from './log-events.ts';
import type { RefusalCode } from './log-refusals.ts';
import type { Replica } from './replicas.ts';

/** A refusal must be istiod's last word for so long: a torn set is refused too, until the rest arrives. */
const standingAfter = 5_000;

/**
 * Lines bear the time of the node's clock, which may be so far behind. What istiod refused that long before counts
 * only where it has said nothing of its files since.
 */
const clocksBehind = 10 * 60_000;

export interface Refusal {
  readonly replica: Replica;
  readonly code: RefusalCode;
  readonly text: string;
}

interface Followed {
  readonly replica: Replica;
  readonly follower: LogFollower;
  refusal: { readonly code: RefusalCode; readonly text: string; readonly seen: number } | undefined;
}

/** The logs of istiod replicas since about an instant (ISO 8601), each followed from when it is first seen. */
export class ReplicaLogs {
  readonly #since: string;
  readonly #followed = new Map<string, Followed>();

  constructor(since: string) {
    this.#since = new Date(Date.parse(since) - clocksBehind).toISOString();
  }

  follow(client: ClusterClient, replica: Replica): void {
    const key = `${client.name}/${replica.pod}`;
    if (this.#followed.has(key)) return;
    const reader = new LogReader();
    const { namespace } = replica.plane;
    const target = { namespace, pod: replica.pod, container: istiodContainer };
    const follower = followLog(client, target, this.#since, (text) => {
      for (const event of reader.push(text)) take(followed, event);
    });
    const followed: Followed = { replica, follower, refusal: undefined };
    this.#followed.set(key, followed);
  }

  /** Refusals that nothing came after, of replicas that are still there. */
  standing(pods: ReadonlySet<string>): readonly Refusal[] {
    return [...this.#followed.entries()].flatMap(([key, { replica, refusal }]) =>
      refusal === undefined || !pods.has(key) || performance.now() - refusal.seen < standingAfter
        ? []
        : [{ replica, code: refusal.code, text: refusal.text }],
    );
  }

  /** @throws Problem CLUSTER_FORBIDDEN where logs may not be read: what istiod refuses would stay unseen */
  demandReadable(): void {
    for (const { follower } of this.#followed.values()) {
      const problem = follower.problem();
      if (problem?.code === 'CLUSTER_FORBIDDEN') throw problem;
    }
  }

  stop(): void {
    for (const { follower } of this.#followed.values()) follower.stop();
  }
}

function take(followed: Followed, event: LogEvent): void {
  switch (event.kind) {
    case 'updating':
    case 'reloaded':
      followed.refusal = undefined;
      return;
    case 'refused':
      followed.refusal = { code: event.code, text: event.text, seen: performance.now() };
      return;
    case 'certificate':
    case 'started':
    case 'peersAdded':
      return;
  }
}
