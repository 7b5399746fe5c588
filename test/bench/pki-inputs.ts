import { judge } from '../../pki/checks/judge.ts';
import { seeSet } from '../../pki/checks/seen-set.ts';
import { good, knownNeeds, setOf } from '../pki/corpus/bad-set.ts';
import { ecKey, make, rsaKey } from '../pki/corpus/made.ts';

/** What Key Vault takes as one secret, and the milliseconds in which a set with so much in it is judged. */
const [size, most] = [25_600, 50];

type Files = typeof good;

/**
 * Sets with a root bundle of 25 KB, made to be slow to look at: roots of one name and key, below which the signer seems
 * to be and is not, and text that begins like PEM over and over. True where each is judged in time, the best of five.
 */
export function benchInputs(): boolean {
  const inputs: readonly (readonly [string, Files])[] = [
    ['roots of one P-256 key', twins(ecKey())],
    ['roots of one P-384 key', twins(ecKey('P-384'))],
    ['roots of one RSA 2048 key', twins(rsaKey(2048))],
    ['other roots each', { ...good, root: filled(() => make({ name: 'Other' }).pem) }],
    ['BEGIN over and over', { ...good, root: filled(() => '-----BEGIN ') }],
    ['blank lines', { ...good, root: filled(() => '\n ') }],
    ['base64', { ...good, root: filled(() => 'MIIB') }],
  ];
  console.log('\n| 25 KB of | ms |\n| - | -: |');
  const times = inputs.map(([name, files]) => {
    const best = Math.min(...Array.from({ length: 5 }, () => timeOf(files)));
    console.log(`| ${name} | ${best.toFixed(1)} |`);
    return best;
  });
  const slowest = Math.max(...times);
  console.log(
    `inputs of 25 KB are judged in ${slowest.toFixed(0)} ms at most, of ${most} that they may take`,
  );
  return slowest <= most;
}

function twins(key: ReturnType<typeof ecKey>): Files {
  const root = make({ name: 'Root', key });
  const twin = make({ name: 'Root', keyId: root.keyId });
  const signer = make({ name: 'Signer', issuer: twin, pathLength: 0 });
  const bundle = filled(() => make({ name: 'Root', key, keyId: root.keyId }).pem);
  return { ...setOf(signer, root), root: bundle };
}

function filled(next: () => string): string {
  let text = '';
  for (let more = next(); text.length + more.length <= size; more = next()) text += more;
  return text;
}

function timeOf(files: Files): number {
  const begin = process.cpuUsage();
  judge(seeSet(files, { object: 'set', at: new Date(), needs: knownNeeds }), 'new');
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}
