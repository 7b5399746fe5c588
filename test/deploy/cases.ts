import { expect } from 'vitest';
import { rights, type Right } from '../../deploy/rights.ts';

/** One verb of one right. */
export interface Case {
  readonly key: string;
  readonly right: Right;
  readonly verb: string;
}

export const cases: readonly Case[] = rights.flatMap((right) =>
  right.verbs.map((verb) => ({
    ...{ right, verb },
    key: `${right.file}: ${verb} ${right.resource} in ${right.scope}`,
  })),
);
export const isWatch = ({ verb }: Case) => verb === 'watch';

/** A table without one verb of one right; a rule without verbs is none. */
export function lacking(table: readonly Right[], { right, verb }: Case): readonly Right[] {
  return table
    .map((one) => (one === right ? { ...one, verbs: one.verbs.filter((other) => other !== verb) } : one))
    .filter(({ verbs }) => verbs.length > 0);
}

/** The Problem by which something ends that lacks it. */
export function missing({ right, verb }: Case): object {
  const isToken = right.resource === 'serviceaccounts/token';
  return {
    code: isToken ? 'PROBE_SERVICE_ACCOUNT' : 'CLUSTER_FORBIDDEN',
    retryable: false,
    details: { expected: expect.stringContaining(ruleWith(right, verb)) as string },
    hint: expect.stringContaining(`deploy/rbac/${right.file}.yaml`) as string,
  };
}

/** What a person adds to a role: of verbs that are asked for together, all. */
function ruleWith({ group, resource, names, verbs }: Right, verb: string): string {
  const isSession = verbs.includes('get') && verbs.includes('create');
  const rule = [
    `apiGroups: ["${group}"]`,
    `resources: ["${resource}"]`,
    ...(names === undefined ? [] : [`resourceNames: ["${names.join('", "')}"]`]),
    `verbs: [${(isSession ? verbs : [verb]).map((one) => `"${one}"`).join(', ')}]`,
  ];
  return `{${rule.join(', ')}}`;
}
