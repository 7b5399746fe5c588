import { apiAway, apiDown } from './api-down.ts';
import { apiPassing } from './api-passing.ts';
import { apiStarting, apiStartingLong } from './api-starting.ts';
import { apiForbidden, apiTokenRenewed, apiUnauthorized } from './api-refuses.ts';
import { clockAhead, clockBehind } from './clocks.ts';
import { cronJobBlind, cronJobFailing, cronJobSuspended } from './cron-job.ts';
import { csiForbidden, csiStuck } from './csi.ts';
import { istiodBehind, istiodCrashing } from './istiod-down.ts';
import { istiodRefuses } from './istiod-refuses.ts';
import type { Scenario } from './scenario.ts';
import { vaultForbidden } from './vault-forbidden.ts';
import { vaultDeleted, vaultDisabled, vaultMissing } from './vault-objects.ts';
import { vaultPassing } from './vault-passing.ts';
import { longLeaves, podCrashing, proxySilent } from './proxies.ts';
import { rolloutBudget, rolloutCrashing, rolloutQuota } from './rollouts.ts';

/** Every fault of the world that the simulation can be told to have, in the order of docs/faults.md. */
export const scenarios: readonly Scenario[] = [
  ...[vaultForbidden, vaultMissing, vaultDeleted, vaultDisabled],
  ...vaultPassing,
  ...[apiUnauthorized, apiTokenRenewed, apiForbidden],
  ...apiPassing,
  ...[apiAway, apiDown],
  ...[apiStarting, apiStartingLong],
  ...[csiForbidden, csiStuck],
  ...[cronJobSuspended, cronJobFailing, cronJobBlind],
  ...istiodRefuses,
  ...[istiodCrashing, istiodBehind],
  ...[clockAhead, clockBehind],
  ...[rolloutQuota, rolloutBudget, rolloutCrashing],
  ...[proxySilent, podCrashing, longLeaves],
];
