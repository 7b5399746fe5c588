import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A terminal of its own (tmux), in which a command runs as before a person. */
export class Terminal {
  readonly #socket: string;

  /** @param socket a name no other tmux server has */
  constructor(socket: string) {
    this.#socket = socket;
  }

  /** Begins a shell of so many columns and rows. */
  async start(columns: number, rows: number, environment: Readonly<Record<string, string>>): Promise<void> {
    const settings = Object.entries({ ...environment, PS1: '$ ' }).map(([name, value]) => `${name}=${value}`);
    const size = ['-x', String(columns), '-y', String(rows)];
    // By env(1): the server may have been given another environment, and a login shell resets its own.
    await this.#tmux('new-session', '-d', ...size, 'env', ...settings, 'sh');
  }

  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-l', line);
    await this.#tmux('send-keys', 'Enter');
  }

  /** Ctrl-C. */
  async interrupt(): Promise<void> {
    await this.#tmux('send-keys', 'C-c');
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What is to be seen now, without colours; spaces and empty lines at the ends left out. */
  async screen(): Promise<string> {
    const { stdout } = await this.#tmux('capture-pane', '-p');
    return stdout.replaceAll(/ +$/gm, '').trimEnd();
  }

  async end(): Promise<void> {
    await this.#tmux('kill-server');
  }

  #tmux(...argv: string[]): Promise<{ stdout: string }> {
    return run('tmux', ['-L', this.#socket, '-f', '/dev/null', ...argv]);
  }
}
