import { describe, expect, it } from 'vitest';
import type { Issuer } from '../../fleet/fleet.ts';
import { parseFleet } from '../../fleet/parse.ts';
import { problemsOf } from './problems-of.ts';
import { smallest } from './smallest.ts';

const file = (issuer: string) => smallest.replace('    clusters:', `    issuer: ${issuer}\n$&`);

const issuerOf = (issuer: string): Issuer | undefined =>
  parseFleet(file(issuer), '/fleets/prod.yaml').meshes[0]?.issuer;

const problems = (issuer: string) =>
  problemsOf(() => parseFleet(file(issuer), 'prod.yaml')).map(({ code, details }) => ({ code, ...details }));

describe('the issuer of a fleet file', () => {
  it.each<[string, Issuer]>([
    ['{ files: {} }', { kind: 'files' }],
    ['{ offline: {} }', { kind: 'offline' }],
    [
      '{ files: { rootKey: root.key } }',
      { kind: 'rootKey', path: '/fleets/root.key', passphraseEnv: undefined },
    ],
    [
      '{ files: { rootKey: /k.pem, passphraseEnv: ROOT_PASS } }',
      { kind: 'rootKey', path: '/k.pem', passphraseEnv: 'ROOT_PASS' },
    ],
    [
      '{ command: { run: [step, ca, sign] } }',
      { kind: 'command', run: ['step', 'ca', 'sign'], folder: '/fleets', timeout: 30, env: [] },
    ],
    [
      '{ command: { run: [./sign.sh, ./x], timeout: 2m, env: [STEP_TOKEN] } }',
      {
        kind: 'command',
        run: ['/fleets/sign.sh', './x'],
        folder: '/fleets',
        timeout: 120,
        env: ['STEP_TOKEN'],
      },
    ],
  ])('%s is read, with paths from its own folder', (written, issuer) => {
    expect(issuerOf(written)).toEqual(issuer);
  });

  it('has no keys where it is whoever signs elsewhere', () => {
    expect(problems('{ offline: { root: a } }')).toMatchObject([
      { code: 'FLEET_KEY_UNKNOWN', expected: 'no keys', found: '"root"' },
    ]);
  });

  it.each([
    ['{ files: { passphraseEnv: PASS } }', 'rootKey beside it', '"PASS"'],
    ['{ files: { rootKey: k, passphraseEnv: "pass word" } }', 'name of an environment', '"pass word"'],
    ['{ key-vault-key: { key: "https://kv/secrets/a" } }', 'the id of a key', '"https://kv/secrets/a"'],
    [
      '{ key-vault-key: { key: https://hsm-1.managedhsm.azure.net/keys/root } }',
      'a key in a vault: those of a Managed HSM are not supported',
      '"https://hsm-1.managedhsm.azure.net/keys/root"',
    ],
    ['{ key-vault-key: { key: "https://:pw@kv/keys/a" } }', 'the id of a key', '"https://…@kv/keys/a"'],
    ['{ key-vault-key: { key: "https://kv/keys/a#b" } }', 'the id of a key', '"https://kv/keys/a#b"'],
    ['{ command: { run: [] } }', 'a program', 'an empty list'],
    ['{ command: { run: [a], env: [A=b] } }', 'the name of an environment variable', '"A=b"'],
    ['{ command: { run: sign.sh } }', 'a list: the program', '"sign.sh"'],
    ['{ command: { run: [a], timeout: 1h } }', 'at most 15m', '"1h"'],
    ['{ files: {}, oracle: {} }', 'one of files, offline, key-vault-key, command', 'files, oracle'],
    ['{ oracle: {} }', 'one of files, offline, key-vault-key, command', 'oracle'],
    ['{}', 'one of files, offline, key-vault-key, command', 'nothing'],
    ['[]', 'a mapping', 'an empty list'],
  ])('%s is refused with what was expected and found', (written, expected, found) => {
    const [first, ...others] = problems(written);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ code: 'FLEET_VALUE_INVALID', found });
    expect(first?.expected).toContain(expected);
    expect(first?.object).toMatch(/^prod\.yaml:8:\d+: meshes\[0\]\.issuer/);
  });

  it('is refused by name where it is known but not supported yet', () => {
    expect(problems('{ vault-pki: {} }')).toMatchObject([{ code: 'ISSUER_NOT_SUPPORTED' }]);
  });
});
