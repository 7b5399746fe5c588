import { ProgramLog } from '../program-log.ts';

type Level = 'info' | 'warn' | 'error';

/**
 * istiod's log: text as `time<TAB>level<TAB>[scope<TAB>]message`, or one JSON object an entry where it was
 * started with `--log_as_json`. An entry whose message has newlines spans lines in the text form.
 */
export class IstiodLog extends ProgramLog {
  readonly #json: boolean;
  readonly #ahead: () => number;

  /** @param o.ahead milliseconds by which the clock of its node is ahead */
  constructor({ json = false, ahead = () => 0 }: { json?: boolean; ahead?: () => number } = {}) {
    super();
    this.#json = json;
    this.#ahead = ahead;
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
    const { at, time } = instant(this.#ahead());
    const fields = scope === undefined ? [time, level, message] : [time, level, scope, message];
    const entry = { level, time, ...(scope === undefined ? {} : { scope }), msg: message };
    this.print(this.#json ? JSON.stringify(entry) : fields.join('\t'), at);
  }
}

/** Now, with the microseconds that zap prints. */
function instant(ahead: number): { readonly at: Date; readonly time: string } {
  const microseconds = Math.floor((performance.timeOrigin + performance.now() + ahead) * 1000);
  const at = new Date(Math.floor(microseconds / 1000));
  const rest = String(microseconds % 1000).padStart(3, '0');
  return { at, time: at.toISOString().replace('Z', `${rest}Z`) };
}
