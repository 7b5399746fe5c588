import { flag, wholeNumber, type Call } from './call.ts';
import type { RecordedEvent } from './history.ts';
import { apiVersionOf } from './resources.ts';
import { selection, type Selection } from './selectors.ts';
import { failure } from './status.ts';

/** The real server ends a watch after 30 to 60 minutes where the client asks for nothing else. */
const longest = 30 * 60;
/** Seconds before its end at which a watch is told once more how far it has come. */
const lastBookmarkBefore = 2;

/**
 * Streams events, one JSON a line, until timeoutSeconds are over or the client goes. Begins after
 * resourceVersion, or with all present objects as ADDED where none is given. A version that is too old ends
 * it with an ERROR event of code 410.
 */
export function watch(call: Call, bookmarkEvery: number): void {
  const { cluster, type, namespace, query, reply } = call;
  const { store } = cluster;
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  raw.flushHeaders();
  const from = query.get('resourceVersion') ?? '';
  const known = from === '' || from === '0' ? store.version : Number(from);
  const send = (kind: string, object: unknown): void => {
    raw.write(`${JSON.stringify({ type: kind, object })}\n`);
  };
  const chosen = selection(query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '');
  const inScope: Selection = (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) && chosen(object);
  const show = (event: RecordedEvent): void => {
    const kind = kindFor(event, inScope);
    if (kind !== undefined) send(kind, event.object);
  };

  if (from === '' || from === '0') {
    for (const object of store.list(type.resource).filter(inScope)) send('ADDED', object);
  } else {
    const missed = store.history.after(type.resource, Number(from));
    if (missed === undefined) {
      const message = `too old resource version: ${from} (${String(store.history.oldestServed)})`;
      send('ERROR', failure(410, 'Expired', message));
      raw.end();
      return;
    }
    for (const event of missed) show(event);
  }

  const bookmark = (): void => {
    // Nobody is told that he has come no further.
    if (store.version <= known) return;
    const metadata = { resourceVersion: String(store.version), creationTimestamp: null };
    send('BOOKMARK', { kind: type.kind, apiVersion: apiVersionOf(type), metadata });
  };
  const unwatch = store.watchRecorded(type.resource, show);
  const seconds = wholeNumber(query, 'timeoutSeconds') ?? longest;
  const wanted = flag(query, 'allowWatchBookmarks');
  const bookmarks = wanted ? setInterval(bookmark, bookmarkEvery) : undefined;
  const last = (seconds - lastBookmarkBefore) * 1000;
  const lastBookmark = wanted && last > 0 ? setTimeout(bookmark, last) : undefined;
  const stop = (): void => {
    unwatch();
    clearInterval(bookmarks);
    clearTimeout(lastBookmark);
    clearTimeout(timeout);
  };
  const timeout = setTimeout(() => {
    // First the sources: a line after the end would be an error of the stream.
    stop();
    raw.end();
  }, seconds * 1000);
  raw.on('close', stop);
}

/** What an event is to a watch with a selection: an object may enter or leave it by a change. */
function kindFor({ type, object, previous }: RecordedEvent, chosen: Selection): string | undefined {
  const before = previous !== undefined && chosen(previous);
  if (type === 'DELETED') return before ? 'DELETED' : undefined;
  if (chosen(object)) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}
