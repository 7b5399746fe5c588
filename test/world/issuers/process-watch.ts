import { readdirSync, readFileSync } from 'node:fs';

/** How a process looks to others of its machine: what it was started with. */
export interface Look {
  readonly commandLine: string;
  readonly environment: string;
}

/** Milliseconds: the shortest process of a rotation, a program that signs once, lives for some hundred. */
const every = 25;

/** Linux only: looks at every process below this one, over and over, for as long as it runs. */
export class ProcessWatch {
  readonly #looks = new Map<string, Look>();
  readonly #ours = new Set([String(process.pid)]);
  readonly #others = new Set<string>();
  readonly #timer = setInterval(() => this.#look(), every);

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Each pair of command line and environment once. */
  get looks(): readonly Look[] {
    return [...this.#looks.values()];
  }

  #look(): void {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid) || !this.#isOurs(pid) || pid === String(process.pid)) continue;
      const commandLine = textOf(pid, 'cmdline');
      const environment = textOf(pid, 'environ');
      // One that has become another program in between, as it does when it starts, had the environment of its parent.
      if (commandLine === '' || environment === '' || commandLine !== textOf(pid, 'cmdline')) continue;
      this.#looks.set(`${commandLine}\n${environment}`, { commandLine, environment });
    }
  }

  #isOurs(pid: string): boolean {
    if (this.#ours.has(pid)) return true;
    if (this.#others.has(pid)) return false;
    // The name in brackets may hold spaces; behind it are the state and the parent.
    const parent = /\) \S (\d+) /.exec(textOf(pid, 'stat'))?.[1] ?? '';
    const isOurs = this.#ours.has(parent);
    (isOurs ? this.#ours : this.#others).add(pid);
    return isOurs;
  }
}

/** As a line, for words stand apart by zeros; empty where the process has ended, or is another user's. */
function textOf(pid: string, file: 'cmdline' | 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
