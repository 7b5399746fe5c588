/** A request as the API server judges it, after authentication. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  /** get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly user: string;
}

/** True where the request shall be refused with 403. */
export type DenyRule = (request: Omit<ApiRequest, 'method' | 'url'>) => boolean;

/** Instead of RBAC: everybody may do everything but what a rule refuses. */
export class Access {
  readonly #rules = new Set<DenyRule>();

  /** Refuses what the rule says, until the returned function is called. */
  deny(rule: DenyRule): () => void {
    this.#rules.add(rule);
    return () => this.#rules.delete(rule);
  }

  allows(request: Parameters<DenyRule>[0]): boolean {
    return ![...this.#rules].some((rule) => rule(request));
  }
}
