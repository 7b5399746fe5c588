import type { NameConstraints } from './profile.ts';

/** A name that a certificate below is to have. */
export interface WantedName {
  readonly kind: 'uri' | 'dns';
  readonly name: string;
  /** The host that constraints are about. */
  readonly host: string;
}

const tags = { dns: 2, uri: 6 } as const;

/** The identity of a workload in a trust domain. */
export function spiffeName(trustDomain: string): WantedName {
  return { kind: 'uri', name: `spiffe://${trustDomain}`, host: trustDomain };
}

/** Where an istiod runs. */
export interface IstiodPlace {
  /** In one of these. */
  readonly namespaces: readonly string[];
  readonly revision?: string | undefined;
}

/**
 * The names in the certificate that istiod issues itself and serves by, the same in every namespace (getDNSNames of
 * pilot/pkg/bootstrap). A verifier that finds one of them shut out refuses the certificate, whichever it asked for.
 */
export function istiodNames({ namespaces, revision = 'default' }: IstiodPlace): readonly WantedName[][] {
  const services = ['istiod', 'istiod-remote', 'istio-pilot'];
  const all = revision === 'default' ? services : [...services, `istiod-${revision}`];
  return namespaces.map((namespace) =>
    all.map((service) => {
      const name = `${service}.${namespace}.svc`;
      return { kind: 'dns', name, host: name };
    }),
  );
}

/**
 * Why constraints shut a name out; undefined where they allow it. For URIs the rule is that of RFC 5280 and of OpenSSL
 * and BoringSSL: a base with a leading dot stands for what is below it, one without for that host alone. Go takes the
 * latter for what is below it too, so what is allowed here is allowed everywhere, and what Go alone excludes is
 * excluded as well.
 */
export function excludes(constraints: NameConstraints, { kind, host }: WantedName): string | undefined {
  const of = (names: NameConstraints['permitted']) =>
    names.filter((one) => one.kind === tags[kind]).map(({ base }) => base);
  const permitted = of(constraints.permitted);
  const excluded = of(constraints.excluded).find((base) => isWithin(base, host, true));
  if (excluded !== undefined) return `excluded is ${shown(excluded)}`;
  const isAllowed = permitted.length === 0 || permitted.some((base) => isWithin(base, host, kind === 'dns'));
  return isAllowed ? undefined : `permitted is ${permitted.map(shown).join(', ')}`;
}

/** `loosely`: a base without a dot stands for what is below it too. An empty base is everything. */
function isWithin(base: string, host: string, loosely: boolean): boolean {
  const [of, name] = [base.toLowerCase(), host.toLowerCase()];
  if (of === '') return true;
  if (of.startsWith('.')) return name.endsWith(of);
  return name === of || (loosely && name.endsWith(`.${of}`));
}

function shown(base: string): string {
  return base === '' ? 'every name' : JSON.stringify(base);
}
