import type { MountedFiles } from '../world.ts';
import { refusals } from './faults.ts';
import { printLoaded, printTrustBundle } from './load-lines.ts';
import type { IstiodLog } from './log.ts';
import type { IstiodOptions } from './options.ts';
import { mayReplaceRoots, sameRoots } from './root-rule.ts';
import { issueServingCertificate, type ServingCertificate } from './serving-certificate.ts';
import { loadSigningCa, type SigningCa } from './signing-ca.ts';
import { readSigningFiles } from './signing-files.ts';

/** The CA of a running istiod, its reloads (pilot/pkg/bootstrap/istio_ca.go, handleEvent) and what it serves with. */
export class IstiodCa {
  readonly #log: IstiodLog;
  readonly #options: IstiodOptions;
  readonly #now: () => Date;
  readonly #listeners = new Set<() => void>();
  #current: SigningCa;
  #serving: ServingCertificate;

  /** @param now what its clock says */
  constructor(log: IstiodLog, options: IstiodOptions, start: SigningCa, now: () => Date) {
    this.#log = log;
    this.#options = options;
    this.#now = now;
    this.#current = start;
    this.#serving = issueServingCertificate(start, options.dnsNames, now());
  }

  get current(): SigningCa {
    return this.#current;
  }

  get serving(): ServingCertificate {
    return this.#serving;
  }

  onReload(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Reads the folder again and takes it whole, or refuses it whole with one line. @param told to refuse, and how */
  reload(files: MountedFiles, told?: keyof typeof refusals): void {
    const log = this.#log;
    log.info('Update Istiod cacerts');
    const found = readSigningFiles(files);
    log.info(`Using ${found.form} for signing ca files`);
    if (told !== undefined) {
      const [level, message] = refusals[told];
      log[level](message);
      return;
    }
    if (found.root === undefined) {
      log.error(
        `failed reading root-cert.pem: open etc/cacerts/${found.rootFile}: no such file or directory`,
      );
      return;
    }
    const rootBefore = this.#current.rootPem;
    if (found.root !== rootBefore && !this.#takesRoot(found.root)) return;
    try {
      this.#current = loadSigningCa(found, this.#now());
    } catch (error) {
      log.error(
        `Failed to update new Plug-in CA certs: ${error instanceof Error ? error.message : 'unknown'}`,
      );
      return;
    }
    this.#serve(rootBefore);
  }

  #takesRoot(next: string): boolean {
    if (!this.#options.multiRoot) {
      this.#log.warn('Multi root is disabled, updating new ROOT-CA not supported');
      return false;
    }
    const takes = mayReplaceRoots(this.#options.version, this.#current.rootPem, next);
    if (takes) this.#log.info('Updating new ROOT-CA');
    else this.#log.warn('Updating new ROOT-CA not supported');
    return takes;
  }

  #serve(rootBefore: string): void {
    const log = this.#log;
    log.info('update root cert and generate new dns certs');
    this.#serving = issueServingCertificate(this.#current, this.#options.dnsNames, this.#now());
    if (this.#options.multiRoot) {
      log.info('Update trust anchor with new root cert');
      const changed = !sameRoots(rootBefore, this.#current.rootPem);
      if (changed && printsTrustBundle(this.#options)) printTrustBundle(log, this.#current.roots);
    }
    log.info('Istiod has detected the newly added intermediate CA and updated its key and certs accordingly');
    printLoaded(log, this.#serving.certificates);
    for (const listener of this.#listeners) listener();
  }
}

export function printsTrustBundle({ version }: IstiodOptions): boolean {
  return version.major > 1 || version.minor >= 30;
}
