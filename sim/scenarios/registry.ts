import { apiAway, apiDown } from './api-down.ts';
import { apiPassing } from './api-passing.ts';
import { apiForbidden, apiUnauthorized } from './api-refuses.ts';
import { cronJobBlind, cronJobFailing } from './cron-job.ts';
import { csiForbidden, csiStuck } from './csi.ts';
import { istiodBehind, istiodCrashing } from './istiod-down.ts';
import { istiodRefuses } from './istiod-refuses.ts';
import type { Scenario } from './scenario.ts';
import { vaultForbidden } from './vault-forbidden.ts';
import { vaultDisabled, vaultMissing } from './vault-objects.ts';
import { vaultPassing } from './vault-passing.ts';
import { longLeaves, proxySilent, rolloutBudget, rolloutQuota } from './workloads.ts';

/** Every fault of the world that the simulation can be told to have, in the order of docs/faults.md. */
export const scenarios: readonly Scenario[] = [
  ...[vaultForbidden, vaultMissing, vaultDisabled],
  ...vaultPassing,
  ...[apiUnauthorized, apiForbidden],
  ...apiPassing,
  ...[apiAway, apiDown],
  ...[csiForbidden, csiStuck],
  ...[cronJobFailing, cronJobBlind],
  ...istiodRefuses,
  ...[istiodCrashing, istiodBehind],
  ...[rolloutQuota, rolloutBudget, proxySilent, longLeaves],
];
