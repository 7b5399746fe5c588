import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Observer } from '../../../cli/context.ts';
import type { ObservedUnit } from '../../../rotation/observed.ts';
import { typeArticle, type Article, type Typed } from './article.ts';

/** The programs of the lab need seconds for what takes minutes elsewhere. */
const restLimitMs = 60_000;
/** The rotation is to have the machine. */
const betweenLooksMs = 1_000;

interface Watched extends Typed {
  readonly fleet: string;
  readonly mesh: string;
  readonly observer: Observer;
}

/** What the article's commands and the product's look said alike of one cluster, while a rotation went on. */
export interface Watch {
  /** The trust states in which both were of one mind, as `Root A, Root B by Root A`. */
  readonly agreed: ReadonlySet<string>;
  /** What the CronJob was heard to say. */
  readonly validator: ReadonlySet<string>;
  /** By trust state, where they differed when last looked, and what failed last. */
  readonly differences: ReadonlyMap<string, readonly string[]>;
  /** Goes on until both are of one mind about what the rotation has left: true once they are, in time. */
  readonly end: () => Promise<boolean>;
}

/**
 * Looks by the product and types the article's commands in turn. Both are compared where the look before and the look
 * after say the same: nothing has changed between them.
 */
export function watchArticle(watched: Watched): Watch {
  const { fleet, mesh, cluster, observer } = watched;
  const agreed = new Set<string>();
  const validator = new Set<string>();
  const differences = new Map<string, readonly string[]>();
  let until = Infinity;
  const look = async () =>
    steady(await observer.observeUnit({ fleet, mesh, unit: cluster, controlPlanes: [cluster] }));
  let before: Steady | undefined;
  /** True where both were of one mind. */
  const compare = async (): Promise<boolean> => {
    const article = await typeArticle(watched);
    const [last, after] = [before, await look()];
    before = after;
    validator.add(article.validator);
    if (!isDeepStrictEqual(last, after)) return false;
    const state = stateOf(after);
    const found = differencesOf(article, after);
    differences.set(state, found);
    if (found.length === 0) agreed.add(state);
    return found.length === 0;
  };
  const watch = async (): Promise<boolean> => {
    while (Date.now() < until) {
      const rests = until < Infinity;
      try {
        if ((await compare()) && rests) return true;
      } catch (error) {
        // A pod that is made or goes away at this moment has no log.
        before = undefined;
        differences.set('nowhere', [String(error)]);
      }
      await setTimeout(betweenLooksMs);
    }
    return false;
  };
  const watching = watch();
  return {
    ...{ agreed, validator, differences },
    end: () => {
      until = Date.now() + restLimitMs;
      return watching;
    },
  };
}

type Steady = Pick<ObservedUnit, 'reload' | 'source' | 'istiods' | 'certificates'> & {
  readonly secondPlane: readonly (readonly string[])[];
};

/** Of a look, what the article's commands are held against; a leaf that is renewed is none of it. */
function steady({ reload, source, istiods, clusters, certificates }: ObservedUnit): Steady {
  const secondPlane = clusters.flatMap((one) => one.secondPlane.map(({ roots }) => roots));
  return { reload, source, istiods, secondPlane, certificates };
}

/** Each line says what the article shows, and what the product. */
function differencesOf(article: Article, { reload, source, istiods, secondPlane, certificates }: Steady) {
  const factsOf = (fingerprint: string | undefined) =>
    certificates.find((one) => one.fingerprint === fingerprint);
  const replica = istiods.find(({ pod }) => pod === article.pod);
  const alike: readonly (readonly [string, unknown, unknown])[] = [
    ['istio-ca-root-cert', [article.configMap], secondPlane],
    ['roots in cacerts', article.secret.roots, source.roots],
    ['certificate in cacerts', article.secret.certificate, [source.certificate]],
    ['roots of istiod', article.configMap, replica?.serves?.roots],
    ['issuer of istiod', partsOf(article.loaded.issuer), partsOf(factsOf(replica?.serves?.signer)?.subject)],
    ['chain of istiod', article.loaded.serials, source.chain.map((one) => factsOf(one)?.serial)],
    // One that reloads live prints no such line again.
    ...(reload === 'live' ? [] : [['certs added', article.added, replica?.handsOut?.length] as const]),
  ];
  return alike
    .filter(([, shown, seen]) => !isDeepStrictEqual(shown, seen))
    .map(([what, shown, seen]) => `${what}: ${JSON.stringify(shown)}, and ${JSON.stringify(seen)}`);
}

/** Of a name, whose parts an istiod of another Go prints in another order. */
function partsOf(name = ''): readonly string[] {
  return name.split(',').toSorted();
}

function stateOf({ source, certificates }: Steady): string {
  const nameOf = (fingerprint: string | undefined) =>
    /CN=([^,]*)/.exec(certificates.find((one) => one.fingerprint === fingerprint)?.subject ?? '')?.[1];
  return `${source.roots.map(nameOf).join(', ')} by ${nameOf(source.signer?.root)}`;
}
