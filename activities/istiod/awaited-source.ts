import { Problem } from '../../problems/problem.ts';
import { putBack } from '../../rotation/source-differences.ts';
import { Briefly } from '../briefly.ts';
import type { CaSource, SourceReading } from '../ca-source.ts';
import type { SetVersions } from '../contract.ts';
import { parts } from '../key-vault/held-set.ts';

/** A vault is asked no more often than that, however often one looks and for however many replicas. */
const readEvery = 5_000;

/** The CA source behind versions that are waited for: nobody may write others meanwhile. */
export class AwaitedSource {
  readonly #source: CaSource;
  readonly #versions: SetVersions;
  readonly #readings = new Briefly<SourceReading>(readEvery);

  constructor(source: CaSource, versions: SetVersions) {
    this.#source = source;
    this.#versions = versions;
  }

  get object(): string {
    return this.#source.object;
  }

  /**
   * What the source holds.
   * @throws Problem SOURCE_CHANGED_BY_OTHER where it holds newer versions, which the volumes then get instead
   */
  async demandUnchanged(): Promise<SourceReading> {
    const reading = await this.#readings.get('', () => this.#source.read());
    const moved = parts.filter((part) => reading.versions[part] !== this.#versions[part]);
    if (moved.length === 0) return reading;
    const named = (versions: SetVersions): string =>
      moved.map((part) => `${part} ${versions[part]}`).join(', ');
    throw new Problem('SOURCE_CHANGED_BY_OTHER', {
      object: this.#source.object,
      expected: named(this.#versions),
      found: named(reading.versions),
      hint: putBack(reading.observed.place, moved, 'then: meshturn rotation retry …'),
    });
  }
}
