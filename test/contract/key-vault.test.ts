import { afterAll, beforeAll, describe } from 'vitest';
import { openGivenSimVault } from './key-vault/given-sim-world.ts';
import { openGivenVault } from './key-vault/given-world.ts';
import { keys } from './key-vault/keys.ts';
import { requests } from './key-vault/requests.ts';
import { secrets } from './key-vault/secrets.ts';
import { openSimVault } from './key-vault/sim-world.ts';
import { stagedSets } from './key-vault/staged-sets.ts';
import type { VaultWorld } from './key-vault/world.ts';

function contract(open: () => Promise<VaultWorld>, throttles: boolean): void {
  let world: VaultWorld;
  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());
  secrets(() => world);
  requests(() => world, throttles);
  stagedSets(() => world);
  keys(() => world, throttles);
}

describe('a simulated vault', () => contract(openSimVault, true));

describe('a simulated vault that is given as KEY_VAULT_URL', () => contract(openGivenSimVault, false));

const given = process.env['KEY_VAULT_URL'];
describe.skipIf(given === undefined)(`the vault of KEY_VAULT_URL`, () =>
  contract(() => openGivenVault(given ?? '', process.env['NODE_EXTRA_CA_CERTS']), false),
);
