import { describe, expect, it } from 'vitest';
import { judge } from '../../pki/checks/judge.ts';
import { seeSet } from '../../pki/checks/seen-set.ts';
import { caChecks } from '../../pki/checks/table.ts';
import { knownNeeds, type BadSet } from './corpus/bad-set.ts';
import { certificates } from './corpus/certificates.ts';
import { forms } from './corpus/forms.ts';
import { keys } from './corpus/keys.ts';
import { names } from './corpus/names.ts';
import { paths } from './corpus/paths.ts';
import { signatures } from './corpus/signatures.ts';
import { texts } from './corpus/texts.ts';
import { goVerdicts, goVersion, opensslVerdict, type Asked } from './corpus/verdicts.ts';

const corpus: readonly BadSet[] = [
  ...texts,
  ...keys,
  ...certificates,
  ...signatures,
  ...forms,
  ...paths,
  ...names,
];
const sets = corpus.map(
  (row): Asked & BadSet & { readonly codes: readonly string[]; readonly isRefused: boolean } => {
    const made = row.files();
    const { root, cert, key, chain } = made;
    const seen = seeSet(
      { root, cert, key, chain },
      { object: 'the set', at: new Date(), needs: row.needs ?? knownNeeds },
    );
    const findings = judge(seen, 'new');
    return {
      ...row,
      made,
      codes: findings.map(({ problem }) => problem.code),
      isRefused: findings.some(({ severity }) => severity === 'fatal'),
    };
  },
);
const go = goVersion();

/** What is refused here and accepted there, without the table saying that it is; and the other way round. */
function disputes(verifier: 'openssl' | 'go', isAccepted: readonly boolean[]): readonly string[] {
  return sets.flatMap(({ name, codes, isRefused }, index) => {
    if (isAccepted[index] === !isRefused) return [];
    if (!isRefused) return [`${verifier} refuses: ${name}`];
    const rows = caChecks.filter(({ code, severity }) => severity === 'fatal' && codes.includes(code));
    const isKnown = rows.some(({ stricterThan }) => stricterThan.includes(verifier));
    return isKnown ? [] : [`${verifier} accepts: ${name} (${codes.join(', ')})`];
  });
}

/** Rows that say to be stricter than a verifier, and no set of the corpus shows it. */
function unshown(verifier: 'openssl' | 'go', isAccepted: readonly boolean[]): readonly string[] {
  const shown = new Set(sets.flatMap(({ codes }, index) => (isAccepted[index] === true ? codes : [])));
  return caChecks
    .filter(({ code, stricterThan }) => stricterThan.includes(verifier) && !shown.has(code))
    .map(({ code }) => code);
}

describe('the corpus of sets', () => {
  it('has at least 60 that are refused, each for its own reason, and one for every check', () => {
    expect(sets.filter(({ isRefused }) => isRefused).length).toBeGreaterThanOrEqual(60);
    const told = new Set(sets.map(({ code }) => code));
    expect(caChecks.filter(({ code }) => !told.has(code)).map(({ code }) => code)).toEqual([]);
    expect(new Set(sets.map(({ name }) => name)).size).toBe(sets.length);
  });

  it.each(sets.map(({ name, code, codes }) => ({ name, code, codes })))(
    'is told of as it should be: $name, $code',
    ({ code, codes }) => {
      expect(codes[0]).toBe(code);
    },
  );

  it('is judged by openssl verify alike, but for what the table says', async () => {
    const isAccepted = await opensslVerdict(sets);
    expect(disputes('openssl', isAccepted)).toEqual([]);
    expect(unshown('openssl', isAccepted)).toEqual([]);
  });

  it.skipIf(go === undefined)(
    `is judged by Go’s crypto/x509 as istiod calls it alike, but for what the table says${go === undefined ? ' (not run: there is no Go 1.26 here)' : ''}`,
    { timeout: 240_000 },
    async () => {
      const isAccepted = await goVerdicts(sets);
      expect(disputes('go', isAccepted)).toEqual([]);
      expect(unshown('go', isAccepted)).toEqual([]);
    },
  );
});
