import { type DemoDocument, succeeded } from './document.ts';

/** What a person reads at the end of a demo, or of what is shown as one is. */
export function summaryLines(document: DemoDocument, title = 'Demo'): readonly string[] {
  const { rotation, clusters, proxies, handshakes, elapsedSeconds } = document;
  const reasons = Object.entries(handshakes.byReason).sort(([, a], [, b]) => b - a);
  return [
    '',
    `${title}: ${rotation.kind} rotation of ${clusters} clusters with ${proxies} proxies ${rotation.state} in ${elapsedSeconds} s`,
    `Handshakes: ${handshakes.attempted.toLocaleString('en')} attempted, ${handshakes.failed.toLocaleString('en')} failed, ${handshakes.terminating} reset by terminating pods`,
    ...handshakes.phases.map(
      ({ name, attempted, failed, pairs }) =>
        `  ${name}: ${attempted.toLocaleString('en')} attempted, ${failed.toLocaleString('en')} failed, ${pairs.covered}/${pairs.total} pairs of cluster and leaf generation`,
    ),
    ...reasons.map(([reason, count]) => `  ${count.toLocaleString('en')} × ${reason}`),
    succeeded(document)
      ? 'No connection was dropped.'
      : 'Connections were dropped, or the rotation did not complete.',
  ];
}
