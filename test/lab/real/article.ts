import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseBundle } from '../../../pki/bundle.ts';

const run = promisify(execFile);
const namespace = 'aks-istio-system';

/** One cluster, as its administrator types commands for it. */
export interface Typed {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly cluster: string;
  /** Of istiod: `asm-1-30`. */
  readonly revision: string;
}

/** What the commands of Microsoft's articles on plug-in CAs show of a cluster; certificates by fingerprint, in order. */
export interface Article {
  readonly configMap: readonly string[];
  readonly secret: { readonly roots: readonly string[]; readonly certificate: readonly string[] };
  /** The replica whose log kubectl has taken; empty where it did not take the same twice. */
  readonly pod: string;
  /** What it printed of its certificates when it last loaded some: the issuer of its own one, and the serials of the rest. */
  readonly loaded: { readonly issuer: string; readonly serials: readonly string[] };
  /** Of `Added N certs`, which is printed at a start alone. */
  readonly added: number;
  /** What the last run of the CronJob said; empty where there is none. */
  readonly validator: string;
}

const secret = z.object({ data: z.object({ 'root-cert.pem': z.base64(), 'ca-cert.pem': z.base64() }) });
const x509 =
  /x509 cert - Issuer: "(?<issuer>[^"]*)", Subject: "(?<subject>[^"]*)", SN: (?<serial>[0-9a-f]+),/;

/** Types them, as they stand there, for a revision. */
export async function typeArticle(typed: Typed): Promise<Article> {
  const { revision } = typed;
  const logs = `kubectl logs deploy/istiod-${revision} -c discovery -n ${namespace} | grep -v validationController`;
  const whole = await sh(typed, logs);
  const certificates = await sh(typed, `${logs} | grep x509`);
  const [roots, synced, validator] = await Promise.all([
    sh(typed, `kubectl describe configmap istio-ca-root-cert --namespace ${namespace}`),
    sh(typed, `kubectl get secret cacerts --namespace ${namespace} -o yaml`),
    sh(
      typed,
      `pod=$(kubectl get pods -n ${namespace} | grep 'istio-cert-validator-cronjob-' | sort -k8 | tail -n 1 | awk '{print $1}'); ` +
        `[ -z "$pod" ] || kubectl logs -n ${namespace} $pod`,
    ),
  ]);
  const { data } = secret.parse(parse(synced.stdout));
  return {
    configMap: fingerprintsOf(described(roots.stdout)),
    secret: {
      roots: fingerprintsOf(Buffer.from(data['root-cert.pem'], 'base64').toString()),
      certificate: fingerprintsOf(Buffer.from(data['ca-cert.pem'], 'base64').toString()),
    },
    pod: podOf(whole) === podOf(certificates) ? podOf(whole) : '',
    loaded: lastLoad(certificates.stdout),
    added: Number([...whole.stdout.matchAll(/Added (\d+) certs to trust domain/g)].at(-1)?.[1]),
    validator: validator.stdout,
  };
}

/** What the articles tell to look at once: SecretProviderClasses, CronJobs, and the bytes of each file of the Secret. */
export interface ArticleObjects {
  readonly providerClasses: readonly string[];
  readonly cronJobs: readonly { readonly name: string; readonly schedule: string }[];
  readonly files: Readonly<Record<string, number>>;
}

export async function typeObjects(typed: Typed): Promise<ArticleObjects> {
  const [classes, cronJobs, synced] = await Promise.all([
    sh(typed, `kubectl get secretproviderclass --namespace ${namespace}`),
    sh(typed, `kubectl get cronjob --namespace ${namespace}`),
    sh(typed, `kubectl describe secret cacerts --namespace ${namespace}`),
  ]);
  const files = [...synced.stdout.matchAll(/^(\S+\.pem): +(\d+) bytes$/gm)];
  return {
    providerClasses: rowsOf(classes.stdout).map(([name = '']) => name),
    cronJobs: rowsOf(cronJobs.stdout).map(([name = '', schedule = '']) => ({ name, schedule })),
    files: Object.fromEntries(files.map(([, file = '', bytes]) => [file, Number(bytes)])),
  };
}

/** Restarts a Deployment as the articles tell to, and waits until all its pods that are wanted are new ones. */
export async function typeRestart(typed: Typed, deployment: string, of: string): Promise<void> {
  await sh(typed, `kubectl rollout restart deployment ${deployment} -n ${of}`);
  await sh(typed, `kubectl rollout status deployment ${deployment} -n ${of} --timeout 120s`);
}

/** The cells below the line of titles. */
function rowsOf(table: string): readonly (readonly string[])[] {
  const [, ...rows] = table.trimEnd().split('\n');
  return rows.map((row) => row.split(/ {2,}/));
}

function sh({ kubectl, kubeconfig, cluster }: Typed, command: string) {
  const own = `kubectl() { "$KUBECTL" --kubeconfig "$KUBECONFIG" --context "$CLUSTER" "$@"; }`;
  const env = { ...process.env, KUBECTL: kubectl, KUBECONFIG: kubeconfig, CLUSTER: cluster };
  return run('sh', ['-c', `${own}\n${command}`], { env, maxBuffer: 64 * 1024 * 1024 });
}

/** `Found 2 pods, using pod/istiod-asm-1-30-…` */
function podOf({ stderr }: { readonly stderr: string }): string {
  return /using pod\/(\S+)/.exec(stderr)?.[1] ?? '';
}

/** The lines from the last of istiod's own certificate on, which has no subject. */
function lastLoad(lines: string): Article['loaded'] {
  const told = lines
    .split('\n')
    .map((line) => x509.exec(line)?.groups)
    .filter((groups) => groups !== undefined);
  const [own, ...rest] = told.slice(told.findLastIndex(({ subject }) => subject === ''));
  return { issuer: own?.['issuer'] ?? '', serials: rest.map(({ serial = '' }) => serial) };
}

/** The certificates in the description of a ConfigMap. */
function described(text: string): string {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g)].join('');
}

function fingerprintsOf(pem: string): readonly string[] {
  return parseBundle(pem, 'the article').map(({ fingerprint }) => fingerprint);
}
