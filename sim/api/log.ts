import type { ContainerLog } from '../world.ts';
import { flag, wholeNumber, type Call } from './call.ts';
import { runnerOf } from './pod-session.ts';
import { ApiError } from './status.ts';

type Line = ContainerLog['lines'][number];

/** Sends a pod's log as text; with `follow`, goes on until the program ends or the client goes. */
export function log(call: Call): void {
  const { query, reply, name = '' } = call;
  const runner = runnerOf(call);
  const previous = flag(query, 'previous');
  const lines = runner?.log(previous);
  if (runner === undefined || lines === undefined) {
    const container = query.get('container') ?? '';
    throw new ApiError('BadRequest', noLog({ name, container, previous }));
  }
  const print = printer(call);
  const isWanted = since(query);
  const past = tail(lines.lines.filter(isWanted), wholeNumber(query, 'tailLines'));
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/plain' });
  raw.flushHeaders();
  let left = wholeNumber(query, 'limitBytes') ?? Infinity;
  const tell = (line: Line): void => {
    const bytes = Buffer.from(print(line)).subarray(0, left);
    left -= bytes.length;
    if (bytes.length > 0) raw.write(bytes);
  };
  past.forEach(tell);
  if (!flag(query, 'follow') || previous) {
    raw.end();
    return;
  }
  // Kubelet compares every line, those that are printed while it follows as well.
  const silence = lines.onLine((line) => {
    if (isWanted(line)) tell(line);
  });
  const forget = runner.onEnd(() => {
    // A line after the end would be an error of the stream.
    silence();
    raw.end();
  });
  raw.on('close', () => {
    silence();
    forget();
  });
}

/** Why there is no log, in kubelet's words. */
export function noLog(o: {
  readonly name: string;
  readonly container: string;
  readonly previous: boolean;
}): string {
  return o.previous
    ? `previous terminated container "${o.container}" in pod "${o.name}" not found`
    : `container "${o.container}" in pod "${o.name}" is waiting to start: ContainerCreating`;
}

function printer({ query }: Call): (line: Line) => string {
  const stamped = flag(query, 'timestamps');
  return ({ at, text }) => `${stamped ? `${at.toISOString()} ` : ''}${text}\n`;
}

/** Lines from sinceTime on (its own second included, as kubelet compares), or of the last sinceSeconds. */
function since(query: URLSearchParams): (line: Line) => boolean {
  const seconds = wholeNumber(query, 'sinceSeconds');
  const time = query.get('sinceTime');
  const from = seconds === undefined ? Date.parse(time ?? '') : Date.now() - seconds * 1000;
  if (time !== null && Number.isNaN(from)) {
    throw new ApiError('BadRequest', `parsing time "${time}" as "2006-01-02T15:04:05Z07:00": cannot parse`);
  }
  return Number.isNaN(from) ? () => true : ({ at }) => at.getTime() >= from;
}

function tail(lines: readonly Line[], count: number | undefined): readonly Line[] {
  if (count === undefined) return lines;
  return count === 0 ? [] : lines.slice(-count);
}
