import { judgeByRbac, type Verdict } from './rbac.ts';
import type { Store } from './store.ts';

/** Who asks for what, as an authorizer is told it. */
export interface AccessRequest {
  /** get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  /** Of the object; of a list, the only one that its field selector leaves. */
  readonly name: string | undefined;
  readonly user: string;
  readonly groups: readonly string[];
}

/** A request as the API server judges it, after authentication. */
export interface ApiRequest extends AccessRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
}

/** True where the request shall be refused with 403. */
export type DenyRule = (request: AccessRequest) => boolean;

/**
 * How far the start of an API server has come: at first it has not loaded yet who may do what, and refuses whoever is
 * not of system:masters everything; then it serves, and does not call itself ready for a while.
 */
export type Start = 'loads' | 'serves' | 'ready';

/** RBAC by the cluster's own objects, and before it rules that refuse whatever RBAC says. */
export class Access {
  start: Start = 'ready';
  readonly #store: Store;
  readonly #rules = new Set<DenyRule>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Refuses what the rule says, until the returned function is called. */
  deny(rule: DenyRule): () => void {
    this.#rules.add(rule);
    return () => this.#rules.delete(rule);
  }

  judge(request: AccessRequest): Verdict {
    const loads = this.start === 'loads' && !request.groups.includes('system:masters');
    if (loads || [...this.#rules].some((rule) => rule(request))) return { allowed: false, reason: '' };
    return judgeByRbac(this.#store, request);
  }
}
