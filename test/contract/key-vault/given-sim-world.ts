import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import { createVault } from '../../../sim/key-vault/vault.ts';
import { emulatorFiles } from '../../support/emulator-files.ts';
import { localhostTls } from '../../support/tls.ts';
import { openGivenVault } from './given-world.ts';
import type { VaultWorld } from './world.ts';

/** A simulated vault that is given as KEY_VAULT_URL, to an App Service's identity. */
export async function openGivenSimVault(): Promise<VaultWorld> {
  const simulated = createVault({ name: 'kv-given' });
  const { ca, ...tls } = localhostTls();
  const { url, close } = await simulated.serve(tls);
  const access_token = simulated.tokenFor('contract');
  const { caFile } = await emulatorFiles(ca, access_token);
  const identity = createServer((_, response) => {
    const expires_on = Math.floor(Date.now() / 1000) + 3600;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token, expires_on, token_type: 'Bearer' }));
  });
  await once(identity.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(identity.address());
  // Not by Vitest, which takes such back before every test.
  const named = {
    ...{ IDENTITY_ENDPOINT: `http://127.0.0.1:${port}`, IDENTITY_HEADER: 'of-this-test' },
    // Whoever runs this may have other credentials in the environment, for a vault of their own.
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
  };
  const before = Object.keys(named).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, named);
  return {
    ...(await openGivenVault(url, caFile)),
    close: async () => {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
      identity.close();
      await close();
    },
  };
}
