import { apiDown } from './api-down.ts';
import { type Scenario } from './scenario.ts';
import { vaultForbidden } from './vault-forbidden.ts';
import { vaultThrottled } from './vault-throttled.ts';

/** Every fault of the world that the simulation can be told to have, in the order of docs/faults.md. */
export const scenarios: readonly Scenario[] = [vaultForbidden, vaultThrottled, apiDown];
