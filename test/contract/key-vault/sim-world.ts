import { VaultCredentials } from '../../../activities/key-vault/credential.ts';
import { openVault } from '../../../activities/key-vault/vault.ts';
import { createVault } from '../../../sim/key-vault/vault.ts';
import { emulatorFiles } from '../../support/emulator-files.ts';
import { localhostTls } from '../../support/tls.ts';
import type { VaultWorld } from './world.ts';

/** A simulated vault behind HTTPS. */
export async function openSimVault(): Promise<VaultWorld> {
  const simulated = createVault({ name: 'kv-contract' });
  const { ca, ...tls } = localhostTls();
  const { url, close } = await simulated.serve(tls);
  const emulator = await emulatorFiles(ca, simulated.tokenFor('contract'));
  const credential = new VaultCredentials().for(emulator);
  return {
    ...{ url, credential, close, emulator },
    options: { disableChallengeResourceVerification: true, tlsOptions: { ca } },
    vault: await openVault({ url, credential, emulator }),
    throttle: (retryAfterSeconds) =>
      simulated.faults.add({
        matches: () => true,
        effect: { kind: 'status', status: 429, retryAfterSeconds },
      }),
  };
}
