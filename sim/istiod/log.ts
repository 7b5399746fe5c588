import { type ContainerLog } from '../world.ts';

type Level = 'info' | 'warn' | 'error';
type Line = ContainerLog['lines'][number];

/** How many lines a pod's log keeps, as the node's log rotation would. */
const kept = 20_000;

/**
 * istiod's log: text as `time<TAB>level<TAB>[scope<TAB>]message`, or one JSON object an entry where it was
 * started with `--log_as_json`. An entry whose message has newlines spans lines in the text form.
 */
export class IstiodLog implements ContainerLog {
  readonly #json: boolean;
  readonly #lines: Line[] = [];
  readonly #listeners = new Set<(line: Line) => void>();

  constructor({ json = false }: { readonly json?: boolean } = {}) {
    this.#json = json;
  }

  get lines(): readonly Line[] {
    return this.#lines;
  }

  onLine(listener: (line: Line) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  info(message: string, scope?: string): void {
    this.#entry('info', message, scope);
  }

  warn(message: string, scope?: string): void {
    this.#entry('warn', message, scope);
  }

  error(message: string, scope?: string): void {
    this.#entry('error', message, scope);
  }

  #entry(level: Level, message: string, scope: string | undefined): void {
    const { at, time } = instant();
    const fields = scope === undefined ? [time, level, message] : [time, level, scope, message];
    const text = this.#json
      ? JSON.stringify({ level, time, ...(scope === undefined ? {} : { scope }), msg: message })
      : fields.join('\t');
    for (const line of text.split('\n')) this.#print({ at, text: line });
  }

  #print(line: Line): void {
    this.#lines.push(line);
    if (this.#lines.length > kept) this.#lines.splice(0, this.#lines.length - kept);
    for (const listener of [...this.#listeners]) listener(line);
  }
}

/** Now, with the microseconds that zap prints. */
function instant(): { readonly at: Date; readonly time: string } {
  const microseconds = Math.floor((performance.timeOrigin + performance.now()) * 1000);
  const at = new Date(Math.floor(microseconds / 1000));
  const rest = String(microseconds % 1000).padStart(3, '0');
  return { at, time: at.toISOString().replace('Z', `${rest}Z`) };
}
