import { describe } from 'vitest';
import { openCommand } from './issuer/command.ts';
import { issues } from './issuer/issues.ts';
import { openOffline } from './issuer/offline.ts';
import { openRootKey } from './issuer/root-key.ts';
import { openKeyInVault } from './issuer/vault-key.ts';

describe('a root with its key', () => issues(() => openRootKey('rsa-2048')));
describe('a root with a key under a passphrase', () =>
  issues(() => openRootKey('ecdsa-p384', 'a passphrase of no use')));

describe('an RSA key in a vault', () => issues(() => openKeyInVault({ kty: 'RSA', key_size: 2048 })));
describe('an RSA key in the HSM of a vault', () => issues(() => openKeyInVault({ kty: 'RSA-HSM' })));
describe('an EC key in a vault', () => issues(() => openKeyInVault({ kty: 'EC', crv: 'P-384' })));
describe('a command', () => issues(openCommand));
describe('whoever signs elsewhere', () => issues(openOffline));
