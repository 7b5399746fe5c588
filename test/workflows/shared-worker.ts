import type { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/contract.ts';
import { FakeMesh } from './fake-mesh.ts';

type Name = keyof Activities;
type Making = (activities: Activities) => Promise<Worker>;

/** A worker of many rotations: whose activities a call is for, its input tells. */
export class SharedWorker {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#ended = worker.run();
  }

  /** @param of the activities for an input, which names a mesh at least */
  static async start(make: Making, of: (input: Named) => Partial<Activities>): Promise<SharedWorker> {
    return new SharedWorker(await make(routed(of)));
  }

  /** What `test` returns; a worker that ends before it has failed. */
  async beside<T>(test: () => Promise<T>): Promise<T> {
    const early = this.#ended.then(() => {
      throw new Error('expected a worker for as long as the test runs');
    });
    return Promise.race([test(), early]);
  }

  async close(): Promise<void> {
    this.#worker.shutdown();
    await this.#ended;
  }
}

interface Named {
  readonly mesh: string;
}

function routed(of: (input: Named) => Partial<Activities>): Activities {
  const like = new FakeMesh({ units: [] }).activities();
  const isName = (name: string): name is Name => name in like;
  const call = (name: Name) => (input: never) => {
    const activity: ((input: never) => Promise<unknown>) | undefined = of(input)[name];
    if (activity === undefined) throw new RangeError(`expected an activity ${name}`);
    return activity(input);
  };
  const calls = Object.keys(like)
    .filter(isName)
    .map((name) => [name, call(name)] as const);
  return { ...like, ...Object.fromEntries(calls) };
}
