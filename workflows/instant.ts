/**
 * `13:14:03 UTC` for an ISO 8601 instant, or `2026-11-04 13:14:03 UTC` on another day than `at`: the Temporal UI
 * shows times of its own beside it, in a zone that only it knows.
 */
export function instant(iso: string, at?: string): string {
  const [day = '', time = ''] = iso.split('T');
  const clock = `${time.slice(0, 8)} UTC`;
  return at === undefined || at.startsWith(day) ? clock : `${day} ${clock}`;
}
