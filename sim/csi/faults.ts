import type { KubeObject } from '../world.ts';

/** What keeps the CSI driver from a pod's volume: nothing is mounted there, and what is mounted stays as it is. */
export class CsiFaults {
  readonly #stuck = new Set<(pod: KubeObject) => boolean>();

  /** Lets the driver do nothing for the pods of a node; the returned function lets it go on. */
  stick(node: string): () => void {
    const rule = (pod: KubeObject): boolean => nodeOf(pod) === node;
    this.#stuck.add(rule);
    return () => this.#stuck.delete(rule);
  }

  isStuck(pod: KubeObject): boolean {
    return [...this.#stuck].some((rule) => rule(pod));
  }
}

/** The node that a pod runs on; empty where it has none. */
export function nodeOf(pod: KubeObject): string {
  const spec = pod['spec'];
  const isNamed = typeof spec === 'object' && spec !== null && 'nodeName' in spec;
  return isNamed && typeof spec.nodeName === 'string' ? spec.nodeName : '';
}
