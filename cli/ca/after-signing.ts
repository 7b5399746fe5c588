import { basename } from 'node:path';
import { quoted } from '../rotation/plan-flags.ts';
import type { ReadRequest } from './read-requests.ts';

/** What to do with what was signed, by who has its keys: the files of requests say who has made them. */
export function afterSigning(requests: readonly ReadRequest[], out: string): string {
  const folder = quoted(out);
  const makers = new Set(requests.map(makerOf));
  const isFor = (maker: Maker) => makers.has(maker) || makers.has('unknown');
  const [toRotation, toFolder] = [isFor('rotation requests'), isFor('ca request')];
  const beside = `put each unit’s ca-key.pem beside its ca-cert.pem, and look at it: meshturn ca inspect ${folder}`;
  const bring = `meshturn rotation submit -f FILE --mesh MESH ${folder}`;
  if (!toRotation) return `${beside.replace(/^p/, 'P')}\n`;
  const lines = [`Bring them to the rotation that has made the keys: ${bring}`];
  return [...lines, ...(toFolder ? [`Where meshturn ca request has made them, ${beside}`] : []), ''].join(
    '\n',
  );
}

type Maker = 'rotation requests' | 'ca request' | 'unknown';

function makerOf({ file, unit }: ReadRequest): Maker {
  const name = basename(file);
  if (name === 'ca-cert.csr') return 'ca request';
  return name === `${unit}.csr` ? 'rotation requests' : 'unknown';
}
