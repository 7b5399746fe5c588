import { describe, expect, test } from 'vitest';
import { whyStale } from '../../../activities/workloads/proxy-state.ts';
import { captured, during } from './captured.ts';

const [a, b] = captured('S1').roots.map(({ fingerprint }) => fingerprint);
const signerA = captured('S1').chain[1]?.fingerprint;
const signerB = captured('S2').chain[1]?.fingerprint;
if (!a || !b || !signerA || !signerB) throw new Error('expected two generations in the fixtures');

const states = {
  S0: { roots: [a], signer: signerA },
  S1: { roots: [a, b], signer: signerA },
  S2: { roots: [a, b], signer: signerB },
  S3: { roots: [b], signer: signerB },
};

const none = { fingerprints: [], urls: [] };

function judge(proxy: string, expected: keyof typeof states, fingerprints: readonly string[] = []) {
  const secrets = captured(proxy);
  const foreign = { fingerprints, urls: [] };
  return whyStale(secrets, { expect: states[expected], foreign, at: during(secrets) });
}

describe.each(['S0', 'S1', 'S2', 'S3'] as const)('a real proxy captured in %s', (proxy) => {
  test.each(['S0', 'S1', 'S2', 'S3'] as const)(
    'converged to %s only where that is its own state',
    (expected) => {
      expect(judge(proxy, expected) === undefined).toBe(proxy === expected);
    },
  );
});

test('what is stale is told in words', () => {
  expect(judge('S0', 'S1')).toBe(`does not trust root ${b.slice(0, 16)}… yet`);
  expect(judge('S1', 'S2')).toMatch(/^holds a leaf of "CN=Intermediate A,O=Istio", serial \w+, until 2026-/);
  expect(judge('S2', 'S3')).toBe('still trusts "CN=Root A,O=Test"');
});

test('the order of the roots does not matter', () => {
  const secrets = captured('S1');
  const reversed = { roots: [b, a], signer: signerA };
  expect(whyStale(secrets, { expect: reversed, foreign: none, at: during(secrets) })).toBeUndefined();
});

test('a leaf without its issuer is not converged, though signer, names and roots are the expected ones', () => {
  expect(judge('torn-chain', 'S2')).toMatch(/^presents a leaf that no peer can verify: .*signed by none/);
});

test('trust anchors of the mesh configuration may be held and need not be', () => {
  expect(judge('S1', 'S0', [b])).toBeUndefined();
  expect(judge('S0', 'S0', [b])).toBeUndefined();
});

test('where anchors come from a URL too, those that the proxy does not present may be held', () => {
  const foreign = { fingerprints: [], urls: ['https://partner.example/bundle'] };
  const { chain, roots, updatedAt } = captured('S3');
  const partner = captured('S0').roots;
  const federated = { chain, roots: [...roots, ...partner], updatedAt };
  const at = during(federated);
  expect(whyStale(federated, { expect: states.S3, foreign, at })).toBeUndefined();
  expect(whyStale(federated, { expect: states.S3, foreign: none, at })).toMatch(/^still trusts /);
  const old = captured('S2');
  expect(whyStale(old, { expect: states.S3, foreign, at: during(old) })).toMatch(/^still trusts /);
});

test('an expired leaf is not converged', () => {
  const secrets = captured('S1');
  const at = new Date(secrets.chain[0].notAfter.getTime() + 1000);
  expect(whyStale(secrets, { expect: states.S1, foreign: none, at })).toContain('expired at');
});
