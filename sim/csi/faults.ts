import type { KubeObject } from '../world.ts';

/** What keeps the CSI driver from a pod's volume: nothing is mounted there, and what is mounted stays as it is. */
export class CsiFaults {
  readonly #stuck = new Set<{ readonly node: string; readonly onStrike: () => void }>();

  /** Lets the driver do nothing for the pods of a node, told each time; the returned function lets it go on. */
  stick(node: string, onStrike: () => void = () => undefined): () => void {
    const fault = { node, onStrike };
    this.#stuck.add(fault);
    return () => this.#stuck.delete(fault);
  }

  /** Asked before anything is done for a pod. */
  isStuck(pod: KubeObject): boolean {
    const fault = [...this.#stuck].find(({ node }) => node === nodeOf(pod));
    fault?.onStrike();
    return fault !== undefined;
  }
}

/** The node that a pod runs on; empty where it has none. */
export function nodeOf(pod: KubeObject): string {
  const spec = pod['spec'];
  const isNamed = typeof spec === 'object' && spec !== null && 'nodeName' in spec;
  return isNamed && typeof spec.nodeName === 'string' ? spec.nodeName : '';
}
