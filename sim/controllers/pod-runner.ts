import { now } from '../api/store.ts';
import type { ContainerLog, KubeObject, Program, ProgramFactory, VolumeMounter, Volumes } from '../world.ts';
import { warn } from './events.ts';
import { podStatus, type Ended, type PodState } from './pod-status.ts';
import { controllerOf, podView } from './views.ts';
import { mountVolumes, type VolumeContext } from './volumes.ts';

/** What a pod needs of its kubelet. */
export interface RunnerContext extends VolumeContext {
  readonly programs: ProgramFactory;
  readonly mounters: Readonly<Record<string, VolumeMounter>>;
  /** A loopback address that no other pod has. */
  newAddress(): string;
}

/** Runs one pod from its mounts to its end: starts its program, starts it again after a crash, stops it. */
export class PodRunner {
  readonly uid: string;
  readonly #context: RunnerContext;
  readonly #namespace: string;
  readonly #name: string;
  readonly #endListeners = new Set<() => void>();
  #state: PodState = { run: { is: 'waiting', reason: 'ContainerCreating' }, restarts: 0, startTime: now() };
  #volumes: Volumes = {};
  #program: Program | undefined;
  #logs: readonly ContainerLog[] = [];
  #stopping: Promise<void> | undefined;

  constructor(context: RunnerContext, pod: KubeObject) {
    this.#context = context;
    this.#namespace = pod.metadata.namespace ?? '';
    this.#name = pod.metadata.name;
    this.uid = pod.metadata.uid;
  }

  /** The program while it runs. */
  get program(): Program | undefined {
    return this.#program;
  }

  /** The log of the newest run, or of the one that ended last with `previous`. Kept until the pod is gone. */
  log(previous = false): ContainerLog | undefined {
    return previous && this.#program !== undefined ? this.#logs[1] : this.#logs[0];
  }

  /** Calls back once when the present run ends; at once where none is running. */
  onEnd(listener: () => void): () => void {
    if (this.#program === undefined) listener();
    else this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  start(): void {
    this.#report({});
    this.#context.timers.after(this.#context.settings.podStart, () => void this.#mount());
  }

  /** SIGTERM; resolves when the program has ended and the volumes are closed. */
  stop(): Promise<void> {
    this.#stopping ??= this.#endRun().then(() => {
      for (const volume of Object.values(this.#volumes)) volume.close?.();
    });
    return this.#stopping;
  }

  async #mount(): Promise<void> {
    const pod = this.#pod();
    if (pod === undefined) return;
    try {
      const volumes = await mountVolumes(this.#context, this.#context.mounters, pod);
      this.#volumes = volumes;
    } catch (error) {
      warn(this.#context.store, pod, 'FailedMount', error instanceof Error ? error.message : String(error));
      this.#context.timers.after(this.#pause(0), () => void this.#mount());
      return;
    }
    if (this.#stopping) for (const volume of Object.values(this.#volumes)) volume.close?.();
    else this.#run();
  }

  #run(): void {
    const podIP = this.#state.podIP ?? this.#context.newAddress();
    const startedAt = now();
    this.#report({ podIP, run: { is: 'running', ready: false, startedAt } });
    const pod = this.#pod();
    if (pod === undefined) return;
    const program = this.#context.programs(pod, this.#volumes);
    this.#program = program;
    this.#logs = [program.log, ...this.#logs].slice(0, 2);
    const ends =
      program.finished ?? (controllerOf(pod)?.kind === 'Job' ? program.ready.then(() => 0) : undefined);
    let isOver = false;
    const ended = (exitCode: number): void => {
      // One that ends before it is ready says so by both: a pod goes on with one program.
      if (isOver || this.#program !== program || this.#stopping) return;
      isOver = true;
      void this.#ended(pod, { exitCode, startedAt, finishedAt: now() });
    };
    program.ready.then(
      () => {
        const live = this.#program === program && !this.#stopping;
        if (live) this.#report({ run: { is: 'running', ready: true, startedAt } });
      },
      () => ended(1),
    );
    ends?.then(ended, () => ended(1));
  }

  async #ended(pod: KubeObject, end: Ended): Promise<void> {
    await this.#endRun();
    const { restartPolicy } = podView.parse(pod).spec;
    const again = restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && end.exitCode !== 0);
    if (!again) {
      this.#report({ run: { is: 'ended', ...end } });
      return;
    }
    const restarts = this.#state.restarts + 1;
    this.#report({ run: { is: 'waiting', reason: 'CrashLoopBackOff' }, restarts, lastEnd: end });
    warn(this.#context.store, pod, 'BackOff', `Back-off restarting failed container in pod ${this.#name}`);
    this.#context.timers.after(this.#pause(restarts), () => {
      if (!this.#stopping) this.#run();
    });
  }

  /** Kubelet's back-off is 10 s, doubled up to 5 min; here it is counted in pod starts, and soon at its top. */
  #pause(restarts: number): number {
    return Math.max(this.#context.settings.podStart, 10) * 2 ** Math.min(restarts, 4);
  }

  async #endRun(): Promise<void> {
    const program = this.#program;
    await program?.stop();
    this.#program = undefined;
    for (const listener of this.#endListeners) listener();
    this.#endListeners.clear();
  }

  #pod(): KubeObject | undefined {
    const pod = this.#context.store.get('pods', this.#namespace, this.#name);
    return this.#stopping || pod?.metadata.uid !== this.uid ? undefined : pod;
  }

  #report(news: Partial<PodState>): void {
    this.#state = { ...this.#state, ...news };
    if (this.#pod() === undefined) return;
    this.#context.store.change('pods', this.#namespace, this.#name, (pod) => ({
      ...pod,
      status: podStatus(pod, this.#state, now()),
    }));
  }
}
