import { z } from 'zod';

const names = z.array(z.string()).nullish();
const rule = z.looseObject({ verbs: names, apiGroups: names, resources: names, nonResourceURLs: names });

export const roleShape = z.looseObject({ rules: z.array(rule).nullish() });

/** What every rule must have one of, in the words of the real server (pkg/apis/rbac/validation/validation.go). */
const required = [
  ['verbs', 'verbs must contain at least one value'],
  ['apiGroups', 'resource rules must supply at least one api group'],
  ['resources', 'resource rules must supply at least one resource'],
] as const;

/** What the rules of a Role or ClusterRole lack; a rule of URLs needs no resources. */
export function lackingOf(role: unknown): readonly string[] {
  const { rules } = roleShape.parse(role);
  return (rules ?? []).flatMap((one, index) => {
    const ofUrls = (one.nonResourceURLs ?? []).length > 0;
    return required
      .filter(([field]) => (one[field] ?? []).length === 0 && (field === 'verbs' || !ofUrls))
      .map(([field, why]) => `rules[${index}].${field}: Required value: ${why}`);
  });
}
