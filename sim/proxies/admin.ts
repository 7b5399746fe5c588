import { createServer } from 'node:http';
import { listenOnLoopback, type LoopbackServer } from '../loopback.ts';
import { notInImage } from '../refusals.ts';
import { certs } from './certs.ts';
import { configDump } from './config-dump.ts';
import type { WorkloadIdentity } from './identity.ts';
import type { EnvoySecrets } from './secrets.ts';

/** What the admin interface shows. */
export interface AdminView {
  readonly secrets: EnvoySecrets;
  readonly identity: () => WorkloadIdentity | undefined;
}

/** What Envoy's admin has at a path, and says of it. */
interface AdminPath {
  readonly help: string;
  readonly answer: (view: AdminView, query: URLSearchParams) => string;
}

const paths = new Map<string, AdminPath>([
  ['/certs', { help: 'print certs on machine', answer: (view) => certs(view.identity()) }],
  [
    '/config_dump',
    {
      help: 'dump current Envoy configs (experimental)',
      answer: (view, query) => {
        const fields = query.get('mask')?.split(',');
        const masked = fields !== undefined && !fields.includes('dynamic_active_secrets');
        return configDump(masked ? [] : view.secrets.held);
      },
    },
  ],
  [
    '/ready',
    { help: 'print server state, return 200 if LIVE, otherwise return 503', answer: () => 'LIVE\n' },
  ],
]);

/** Envoy's answer to a path that it does not have. */
const noSuchPath = [
  'invalid path. admin commands are:\n',
  ...[...paths].map(([path, { help }]) => `  ${path}: ${help}\n`),
].join('');

/** Answers one path of Envoy's admin; undefined for one that it does not have. */
function adminAnswer(view: AdminView, path: string): string | undefined {
  const url = new URL(path, 'http://127.0.0.1:15000');
  return paths.get(url.pathname)?.answer(view, url.searchParams);
}

/** Port 15000. */
export function openAdminPort(view: AdminView): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const body = adminAnswer(view, request.url ?? '/');
    if (body === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(noSuchPath);
    } else {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    }
  });
  return listenOnLoopback(server);
}

/** `pilot-agent request GET PATH`, the way into the admin that needs no port-forward. */
export function pilotAgent(
  view: AdminView,
  argv: readonly string[],
): { readonly stdout: string; readonly stderr: string; readonly exitCode: number } {
  const [program, command, method, path = ''] = argv;
  if (program !== 'pilot-agent' || command !== 'request' || method !== 'GET') {
    return notInImage(program);
  }
  const body = adminAnswer(view, path.startsWith('/') ? path : `/${path}`);
  return body === undefined
    ? { stdout: '', stderr: `Error: received unsuccessful status code 404: ${noSuchPath}`, exitCode: 255 }
    : { stdout: body, stderr: '', exitCode: 0 };
}
