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

/** Answers one path of Envoy's admin; undefined for one that it does not have. */
function adminAnswer(view: AdminView, path: string): string | undefined {
  const url = new URL(path, 'http://127.0.0.1:15000');
  switch (url.pathname) {
    case '/certs':
      return certs(view.identity());
    case '/config_dump': {
      const fields = url.searchParams.get('mask')?.split(',');
      const masked = fields !== undefined && !fields.includes('dynamic_active_secrets');
      return configDump(masked ? [] : view.secrets.held);
    }
    case '/ready':
      return 'LIVE\n';
    default:
      return undefined;
  }
}

/** Envoy's answer to a path that it does not have; all that it has are named. */
const noSuchPath = [
  'invalid path. admin commands are:',
  '  /certs: print certs on machine',
  '  /config_dump: dump current Envoy configs (experimental)',
  '  /ready: print server state, return 200 if LIVE, otherwise return 503',
  '',
].join('\n');

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
