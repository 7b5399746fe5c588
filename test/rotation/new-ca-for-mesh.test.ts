import { describe, expect, it } from 'vitest';
import type { CertFacts } from '../../rotation/trust.ts';
import { facts } from './model/certificates.ts';
import { codes, meshWith, planned, toB, violation } from './support.ts';

describe('what stands against a plan, whatever it writes,', () => {
  it('is an agent that keeps one root of a bundle', () => {
    const old = meshWith({
      u2: (unit) => ({ clusters: unit.clusters.map((cluster) => ({ ...cluster, oneRootAgents: 2 })) }),
    });
    expect(codes(planned(old))).toEqual(['AGENT_KEEPS_ONE_ROOT u2']);
    expect(violation(planned(old), 'AGENT_KEEPS_ONE_ROOT')?.text).toBe('2 proxies in u2c0 keep one root');
  });

  it('is a CA between the new one and its root that ends before a leaf, and none beside their path', () => {
    const mesh = meshWith();
    const [signer] = Object.values(toB().signers);
    const facts = toB().certificates.find(({ fingerprint }) => fingerprint === signer?.fingerprint);
    if (facts === undefined || signer === undefined) throw new Error('expected a signer');
    const notAfter = new Date(Date.parse(mesh.at) + 3_600_000).toISOString();
    const middle = { ...facts, fingerprint: 'middle', subject: 'CN=Middle', notAfter };
    const chain = [signer.fingerprint, 'middle'];
    const withMiddle = (issuer: string) => ({
      ...toB(),
      signers: { ...toB().signers, u1: { ...signer, chain } },
      certificates: [
        ...toB().certificates.map((one) =>
          one.fingerprint === signer.fingerprint ? { ...one, issuer } : one,
        ),
        middle,
      ],
    });
    expect(codes(planned(mesh, {}, withMiddle('CN=Middle')))).toContain('CERT_OUTLIVED_BY_LEAVES u1');
    expect(codes(planned(mesh, {}, withMiddle(facts.issuer)))).not.toContain('CERT_OUTLIVED_BY_LEAVES u1');
  });

  it.each([
    ['of another unit', 'b2', 'CN=B'],
    ['that the mesh signs with', 'a1', 'CN=A'],
  ])('is a new CA with the serial number of one %s, from the same issuer', (_, other, issuer) => {
    const { serial } = facts(other);
    const withNumber = (number: Partial<CertFacts>) => ({
      ...toB(),
      certificates: toB().certificates.map((one) => (one.fingerprint === 'b1' ? { ...one, ...number } : one)),
    });
    expect(
      violation(planned(meshWith(), {}, withNumber({ serial, issuer })), 'SERIAL_REPEATED'),
    ).toMatchObject({
      unit: 'u1',
      text: `b1 and ${other} are both ${serial} of "${issuer}"`,
    });
    const differing = planned(meshWith(), {}, withNumber({ serial, issuer: 'CN=C' }));
    expect(codes(differing)).not.toContain('SERIAL_REPEATED u1');
    const toBeIssued = withNumber({ serial: '', issuer, toBeIssued: true });
    expect(codes(planned(meshWith(), {}, toBeIssued))).not.toContain('SERIAL_REPEATED u1');
  });

  it('is a new CA that ends before a leaf that it signs', () => {
    const mesh = meshWith();
    const notAfter = new Date(Date.parse(mesh.at) + 3_600_000).toISOString();
    const ending = toB().certificates.map((one) => ({ ...one, notAfter }));
    expect(codes(planned(mesh, {}, { ...toB(), certificates: ending }))).toContain(
      'CERT_OUTLIVED_BY_LEAVES u1',
    );
  });
});
