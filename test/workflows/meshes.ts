import type { Activities } from '../../activities/contract.ts';
import { FakeMesh } from './fake-mesh.ts';

type Name = keyof Activities;

/** The activities of many meshes for one worker, so that tests run side by side: a call's input tells whose it is. */
export class Meshes {
  readonly #activities = new Map<string, Activities>();

  add(mesh: string, activities: Activities): void {
    this.#activities.set(mesh, activities);
  }

  activities(): Activities {
    const like = new FakeMesh({ units: [] }).activities();
    const isName = (name: string): name is Name => name in like;
    const calls = Object.keys(like)
      .filter(isName)
      .map((name) => [name, (input: never): Promise<unknown> => this.#of(input)[name](input)] as const);
    return { ...like, ...Object.fromEntries(calls) };
  }

  #of({ mesh }: { readonly mesh: string }): Activities {
    const own = this.#activities.get(mesh);
    if (own === undefined) throw new RangeError(`expected a mesh ${mesh}`);
    return own;
  }
}
